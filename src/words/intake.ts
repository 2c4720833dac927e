import type { Messages } from "./message.ts";

/** What reading DICOM files and laying out their slices may say. */
export const intakeMessages = {
  "intake.nothing-found": { en: "No DICOM images were found.", zh: "未找到 DICOM 图像。" },
  "intake.empty-folder": { en: "The folder is empty.", zh: "文件夹为空。" },
  "intake.unreadable-path": { en: "The path does not exist or cannot be read.", zh: "路径不存在或无法读取。" },
  "intake.unreadable-file": { en: "The file cannot be read.", zh: "文件无法读取。" },
  "intake.zip-entry-broken": { en: "The file is damaged inside its archive.", zh: "该文件在压缩包内已损坏。" },
  "intake.not-a-zip": { en: "The archive is damaged or is not a zip file.", zh: "压缩包已损坏或不是 zip 文件。" },
  "intake.zip-entry-locked": {
    en: "The file is encrypted inside its archive, or packed in an unknown way.",
    zh: "该文件在压缩包内已加密，或压缩方式未知。",
  },
  "intake.empty-dicomdir": { en: "The DICOMDIR names no files.", zh: "DICOMDIR 未列出任何文件。" },
  "intake.empty-archive": { en: "The archive holds no files.", zh: "压缩包中没有文件。" },
  "intake.not-dicom": { en: "The file is named like a DICOM file but is not one.", zh: "该文件名似 DICOM 文件，但内容不是 DICOM。" },
  "intake.truncated-header": { en: "The file ends inside its header ({bytes} bytes).", zh: "文件在头信息中即中断（{bytes} 字节）。" },
  "intake.broken-header": { en: "The header is damaged.", zh: "头信息已损坏。" },
  "intake.header-too-long": { en: "The header does not end within {bytes} bytes.", zh: "头信息在 {bytes} 字节内仍未结束。" },
  "intake.no-transfer-syntax": {
    en: "The file does not say how it is encoded (no transfer syntax).",
    zh: "文件未注明编码方式（缺少传输语法）。",
  },
  "intake.unknown-transfer-syntax": { en: "The transfer syntax {uid} cannot be read.", zh: "无法读取传输语法 {uid}。" },
  "intake.no-uids": {
    en: "The file does not say which study, series and kind of object it belongs to.",
    zh: "文件未注明所属检查、序列及对象类型。",
  },
  "intake.no-pixel-data": {
    en: "The image has no pixel data; the file may have been cut short.",
    zh: "图像缺少像素数据；文件可能被截断。",
  },
  "intake.incomplete-image-header": {
    en: "The header does not say how pixels are stored, or contradicts itself.",
    zh: "头信息未说明像素的存储方式，或自相矛盾。",
  },
  "intake.image-too-large": {
    en: "The image has {megapixels} million pixels, more than can be read.",
    zh: "图像有 {megapixels} 百万像素，超出可读取范围。",
  },
  "intake.pixel-data-short": {
    en: "The pixel data are cut short: {foundBytes} of {expectedBytes} bytes.",
    zh: "像素数据不完整：应有 {expectedBytes} 字节，实有 {foundBytes} 字节。",
  },
  "intake.ambiguous-fragments": {
    en: "{fragments} fragments of compressed data cannot be assigned to {frames} frames.",
    zh: "{fragments} 段压缩数据无法对应到 {frames} 帧。",
  },
  "intake.missing-referenced-files": {
    en: "{count} {count|file|files} that the DICOMDIR names {count|is|are} not there.",
    zh: "DICOMDIR 所列文件中有 {count} 个不存在。",
  },
  "intake.dicomdir-outside": {
    en: "{count} {count|reference|references} of the DICOMDIR {count|leads|lead} outside its folder and {count|was|were} not followed.",
    zh: "DICOMDIR 中有 {count} 个引用指向其文件夹之外，未予读取。",
  },
  "intake.files-refused": { en: "{count} {count|file|files} of this study could not be read.", zh: "本检查中有 {count} 个文件无法读取。" },
  "intake.not-images": {
    en: "{count} {count|object|objects} of modality {modality} {count|is no image and was|are no images and were} not read.",
    zh: "{count} 个 {modality} 对象不是图像，未读取。",
  },
  "intake.several-patients": {
    en: "The files belong to {patients} patients; each is reported by itself.",
    zh: "文件属于 {patients} 名患者；各自单独报告。",
  },
  "intake.study-of-several-patients": {
    en: "One study UID is shared by {patients} patient IDs; the files were separated and never mixed. Check the patient's identity.",
    zh: "同一检查 UID 下有 {patients} 个患者 ID；文件已分开，未予混合。请核对患者身份。",
  },
  "series.single-slice": { en: "A single slice makes no volume.", zh: "仅有单层，无法构成容积。" },
  "series.no-position": {
    en: "{count} {count|image does|images do} not say where {count|it lies|they lie} (Image Position Patient).",
    zh: "{count} 幅图像缺少位置信息（Image Position Patient）。",
  },
  "series.no-orientation": {
    en: "{count} {count|image does|images do} not say how {count|it is|they are} oriented (Image Orientation Patient).",
    zh: "{count} 幅图像缺少方位信息（Image Orientation Patient）。",
  },
  "series.no-pixel-spacing": {
    en: "{count} {count|image gives|images give} no pixel spacing, so nothing can be measured.",
    zh: "{count} 幅图像缺少像素间距，无法测量。",
  },
  "series.no-rescale": {
    en: "{count} CT {count|image gives|images give} no rescale slope and intercept, so HU are unknown.",
    zh: "{count} 幅 CT 图像缺少重标定斜率和截距，CT 值未知。",
  },
  "series.not-greyscale": { en: "{count} {count|image is|images are} in colour.", zh: "{count} 幅图像为彩色。" },
  "series.too-many-bits": {
    en: "{count} {count|image has|images have} more than 16 bits a pixel.",
    zh: "{count} 幅图像每像素超过 16 位。",
  },
  "series.too-large": {
    en: "The stack would fill {megabytes} MB of memory, far more than its files can hold or than can be read.",
    zh: "该序列需占用 {megabytes} MB 内存，远超其文件所能容纳或可读取的范围。",
  },
  "series.missing-slices": {
    en: "{count} {count|slice is|slices are} missing, up to {longestRun} in a row: too many to read the stack.",
    zh: "缺失 {count} 层，最多连续缺失 {longestRun} 层，无法阅读该序列。",
  },
  "series.missing-interpolated": {
    en: "{count} missing {count|slice was|slices were} interpolated between {count|its|their} neighbours; what lies only in {count|it|them} cannot be seen.",
    zh: "缺失的 {count} 层由相邻层面插值代替；仅位于这些层面内的病灶无法显示。",
  },
  "series.irregular-spacing": {
    en: "Slices lie too irregularly: up to {widestMm} mm apart, {medianMm} mm in the median.",
    zh: "层间距过于不规则：最大 {widestMm} mm，中位数 {medianMm} mm。",
  },
  "series.spacing-resampled": {
    en: "Slice spacing is irregular (median {medianMm} mm); slices were interpolated to equal spacing.",
    zh: "层间距不规则（中位数 {medianMm} mm）；已插值为等间距。",
  },
  "series.spacing-uneven": {
    en: "Slice spacing is slightly uneven (median {medianMm} mm).",
    zh: "层间距略不均匀（中位数 {medianMm} mm）。",
  },
  "series.gantry-tilt": { en: "The gantry was tilted by {degrees}°: too much to correct.", zh: "机架倾斜 {degrees}°，过大，无法校正。" },
  "series.tilt-corrected": {
    en: "Slices are shifted against each other (gantry tilt {degrees}°); this was corrected by resampling.",
    zh: "层面相互错位（机架倾斜 {degrees}°）；已重采样校正。",
  },
  "series.duplicates-dropped": {
    en: "{count} {count|slice lies|slices lie} in a place already taken and {count|was|were} left out.",
    zh: "{count} 层位置重复，已略去。",
  },
  "series.objects-repeated": { en: "{count} {count|image was|images were} given more than once.", zh: "{count} 幅图像重复提供。" },
  "series.uid-shared": {
    en: "{series} different series carry one series UID; they were separated.",
    zh: "{series} 个不同序列共用同一序列 UID；已分开。",
  },
  "series.stacks-split": {
    en: "The series holds {count} stacks in the same place; they were separated.",
    zh: "该序列在同一位置含 {count} 组图像；已分开。",
  },
  "series.slices-set-aside": {
    en: "{count} {count|image differs|images differ} from the rest in size, spacing, orientation or missing attributes and {count|was|were} set aside.",
    zh: "{count} 幅图像的尺寸、间距、方位或属性与其余不同，已另置。",
  },
  "series.slices-refused": { en: "{count} {count|file|files} of this series could not be read.", zh: "该序列有 {count} 个文件无法读取。" },
  "series.slices-undecodable": {
    en: "{count} {count|slice could not be decoded and was|slices could not be decoded and were} interpolated between {count|its|their} neighbours.",
    zh: "{count} 层无法解码，已由相邻层面插值代替。",
  },
  "series.lossy": {
    en: "The images were compressed with loss; HU and fine detail may be changed.",
    zh: "图像经有损压缩；CT 值及细节可能改变。",
  },
  "unreadable-file": { en: "The file {fileName} cannot be read.", zh: "无法读取文件 {fileName}。" },
  "zip-entry-broken": { en: "{fileName} is damaged inside its archive.", zh: "{fileName} 在压缩包内已损坏。" },
  "unreadable-slices": { en: "{count} or more of {of} slices could not be decoded.", zh: "{of} 层中至少有 {count} 层无法解码。" },
  "zip-traversal": {
    en: "The archive {fileName} names files outside itself; it was not opened.",
    zh: "压缩包 {fileName} 含有指向其外部的文件名；未打开。",
  },
  "zip-bomb": {
    en: "The archive {fileName} would unpack to far more than it should ({declaredMb} MB); it was not opened.",
    zh: "压缩包 {fileName} 解压后体积异常（{declaredMb} MB）；未打开。",
  },
} as const satisfies Messages;
