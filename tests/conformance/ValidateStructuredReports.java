/** DicomSRValidator over several files at once: most of its time goes into compiling its templates. */
class ValidateStructuredReports {
  public static void main(String[] files) throws Exception {
    com.pixelmed.validate.DicomSRValidator validator = new com.pixelmed.validate.DicomSRValidator();
    for (String file : files) System.out.println("File " + file + "\n" + validator.validate(file));
  }
}
