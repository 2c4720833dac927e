/** Names of PS3.6 table A-1 for objects that a chest examination and its results consist of, and for services that peers are asked for. */
const names: Readonly<Record<string, string>> = {
  "1.2.840.10008.1.1": "Verification",
  "1.2.840.10008.5.1.4.1.2.2.1": "Study Root Query/Retrieve (FIND)",
  "1.2.840.10008.5.1.4.1.2.2.2": "Study Root Query/Retrieve (MOVE)",
  "1.2.840.10008.5.1.4.1.1.1": "Computed Radiography Image",
  "1.2.840.10008.5.1.4.1.1.1.1": "Digital X-Ray Image (presentation)",
  "1.2.840.10008.5.1.4.1.1.1.1.1": "Digital X-Ray Image (processing)",
  "1.2.840.10008.5.1.4.1.1.2": "CT Image",
  "1.2.840.10008.5.1.4.1.1.2.1": "Enhanced CT Image",
  "1.2.840.10008.5.1.4.1.1.4": "MR Image",
  "1.2.840.10008.5.1.4.1.1.4.1": "Enhanced MR Image",
  "1.2.840.10008.5.1.4.1.1.7": "Secondary Capture Image",
  "1.2.840.10008.5.1.4.1.1.7.2": "Multi-frame Grayscale Byte Secondary Capture Image",
  "1.2.840.10008.5.1.4.1.1.7.4": "Multi-frame True Color Secondary Capture Image",
  "1.2.840.10008.5.1.4.1.1.11.1": "Grayscale Softcopy Presentation State",
  "1.2.840.10008.5.1.4.1.1.66.4": "Segmentation",
  "1.2.840.10008.5.1.4.1.1.88.11": "Basic Text SR",
  "1.2.840.10008.5.1.4.1.1.88.22": "Enhanced SR",
  "1.2.840.10008.5.1.4.1.1.88.33": "Comprehensive SR",
  "1.2.840.10008.5.1.4.1.1.88.34": "Comprehensive 3D SR",
  "1.2.840.10008.5.1.4.1.1.88.59": "Key Object Selection Document",
  "1.2.840.10008.5.1.4.1.1.88.67": "X-Ray Radiation Dose SR",
  "1.2.840.10008.5.1.4.1.1.104.1": "Encapsulated PDF",
  "1.2.840.10008.5.1.4.1.1.128": "PET Image",
};

/** The standard's English name of a SOP class, or its UID where it is not one of these. */
export const sopClassName = (uid: string): string => names[uid] ?? uid;
