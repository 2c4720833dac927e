import type { Messages } from "./message.ts";

/** What the lung-nodule analysis says: why a series is read or not, what it saw of a candidate, what it did not look at. */
export const lungNoduleMessages = {
  "lung-nodule.no-suitable-series": {
    en: "None of the {count} series can be read for lung nodules.",
    zh: "共 {count} 个序列，均不适合肺结节阅片。",
  },
  "lung-nodule.not-ct": {
    en: "Not a CT (modality {modality}); lung nodules are read on CT only.",
    zh: "非 CT 图像（模态 {modality}）；肺结节仅在 CT 上阅片。",
  },
  "lung-nodule.not-ct-images": { en: "Holds no CT images.", zh: "序列不含 CT 图像。" },
  "lung-nodule.secondary-capture": { en: "Secondary capture, not original CT slices.", zh: "二次采集图像，非原始 CT 断层。" },
  "lung-nodule.localizer": { en: "Localizer.", zh: "定位像。" },
  "lung-nodule.dose-screen": { en: "Dose screen or screen save.", zh: "剂量报告或屏幕截图。" },
  "lung-nodule.projection": {
    en: "Projection (MIP, MinIP, average or rendering), not slices.",
    zh: "投影图像（MIP、MinIP、平均或三维重建），非断层。",
  },
  "lung-nodule.reformat": { en: "Reformatted images; the original slices are read.", zh: "重组图像；仅阅原始断层。" },
  "lung-nodule.derived": { en: "Derived images; the original slices are read.", zh: "衍生图像；仅阅原始断层。" },
  "lung-nodule.plane-unknown": { en: "The headers do not give the orientation of the slices.", zh: "文件头未给出断层方位。" },
  "lung-nodule.plane-coronal": { en: "Coronal slices; axial ones are read.", zh: "冠状位断层；仅阅轴位。" },
  "lung-nodule.plane-sagittal": { en: "Sagittal slices; axial ones are read.", zh: "矢状位断层；仅阅轴位。" },
  "lung-nodule.plane-oblique": { en: "Oblique slices; axial ones are read.", zh: "斜位断层；仅阅轴位。" },
  "lung-nodule.no-pixel-spacing": {
    en: "The headers give no pixel spacing, so nothing can be measured.",
    zh: "文件头未给出像素间距，无法测量。",
  },
  "lung-nodule.thickness-unknown": { en: "Neither slice thickness nor slice spacing is known.", zh: "层厚与层间距均未知。" },
  "lung-nodule.too-thick": {
    en: "Slices of {thicknessMm:1} mm: at {limitMm} mm or more nodules are not read.",
    zh: "层厚 {thicknessMm:1} mm；层厚达 {limitMm} mm 及以上时不作肺结节阅片。",
  },
  "lung-nodule.coverage-unknown": { en: "How far the slices reach is not known.", zh: "扫描覆盖范围未知。" },
  "lung-nodule.short-coverage": {
    en: "Covers {coverageMm:0} mm along the body; both lungs need at least {limitMm} mm.",
    zh: "头足方向仅覆盖 {coverageMm:0} mm；完整双肺至少需 {limitMm} mm。",
  },
  "lung-nodule.chosen": {
    en: "Read for lung nodules: {slices} axial slices of {thicknessMm:2} mm.",
    zh: "用于肺结节阅片：轴位 {slices} 层，层厚 {thicknessMm:2} mm。",
  },
  "lung-nodule.thickness-from-spacing": { en: "Slice thickness not given; slice spacing taken instead.", zh: "未给出层厚，以层间距代替。" },
  "lung-nodule.gaps": {
    en: "Slices {spacingMm:2} mm apart but {thicknessMm:2} mm thick: parts of the lung were not imaged.",
    zh: "层间距 {spacingMm:2} mm 大于层厚 {thicknessMm:2} mm：部分肺组织未成像。",
  },
  "lung-nodule.outside-screening-protocol": {
    en: "Slices of {thicknessMm:1} mm lie outside screening protocols (at most 2.5 mm); small nodules may be missed.",
    zh: "层厚 {thicknessMm:1} mm，超出筛查方案要求（≤2.5 mm），小结节可能漏检。",
  },
  "lung-nodule.thick-for-volume": {
    en: "Slices of {thicknessMm:2} mm: volume and solid part are less reliable than at 1.5 mm or thinner.",
    zh: "层厚 {thicknessMm:2} mm：体积及实性成分测量的可靠性低于 ≤1.5 mm 薄层。",
  },
  "lung-nodule.sharp-kernel": {
    en: "Sharp kernel ({kernel}): fit for finding nodules; HU and size are less exact than on a soft one.",
    zh: "锐利卷积核（{kernel}）：可用于检出结节，但 CT 值与大小测量不如软组织核准确。",
  },
  "lung-nodule.kernel-unknown": { en: "The reconstruction kernel is not known.", zh: "重建卷积核未知。" },
  "lung-nodule.contrast": { en: "With contrast agent: HU of nodules and vessels are raised.", zh: "增强扫描：结节与血管 CT 值升高。" },
  "lung-nodule.lossy": { en: "Lossy compressed: HU are not exact.", zh: "有损压缩：CT 值不精确。" },
  "lung-nodule.other-body-part": {
    en: "The headers name another body part ({bodyPart}); whether lungs are seen is decided on the images.",
    zh: "文件头所示检查部位为 {bodyPart}；是否含肺由图像判定。",
  },
  "lung-nodule.other-covers-more": { en: "Another series covers more of the chest.", zh: "另一序列覆盖胸部范围更完整。" },
  "lung-nodule.other-thinner": { en: "Another series has thinner slices.", zh: "另一序列层厚更薄。" },
  "lung-nodule.other-softer-kernel": {
    en: "Another series has a softer kernel, better for measuring.",
    zh: "另一序列卷积核更软，更利于测量。",
  },
  "lung-nodule.other-lossless": { en: "Another series is not lossy compressed.", zh: "另一序列未经有损压缩。" },
  "lung-nodule.other-equal": { en: "Another series is equally fit and is read.", zh: "另一同等质量的序列已用于阅片。" },
  "lung-nodule.lungs-incomplete": {
    en: "Not all of both lungs could be read; where they were not read, nothing can be said.",
    zh: "双肺未能全部阅片；未阅区域无法评价。",
  },
  "lung-nodule.fact-solid": { en: "Solid.", zh: "实性。" },
  "lung-nodule.fact-part-solid": { en: "Part-solid.", zh: "部分实性。" },
  "lung-nodule.fact-non-solid": { en: "Non-solid (ground glass).", zh: "非实性（磨玻璃）。" },
  "lung-nodule.fact-diameter": { en: "Mean axial diameter {diameterMm:1} mm.", zh: "轴位平均直径 {diameterMm:1} mm。" },
  "lung-nodule.fact-mass": { en: "Larger than 30 mm: a mass.", zh: "大于 30 mm：肿块。" },
  "lung-nodule.fact-at-pleura": { en: "Touches the border of the lung.", zh: "贴近肺边缘。" },
  "lung-nodule.fact-from-pleura": { en: "{distanceMm:0} mm from the border of the lung.", zh: "距肺边缘 {distanceMm:0} mm。" },
  "lung-nodule.fact-no-vessel": { en: "No vessel passes through.", zh: "无血管穿行。" },
  "lung-nodule.fact-vessels": {
    en: "{count} tube-like {count|structure|structures} of vessel calibre {count|leaves|leave} it.",
    zh: "与 {count} 条血管样管状结构相连。",
  },
  "lung-nodule.fact-round": { en: "Rounded in three dimensions.", zh: "三维形态近圆形。" },
  "lung-nodule.fact-elongated": { en: "Elongated.", zh: "形态狭长。" },
  "lung-nodule.fact-near-bone": {
    en: "{distanceMm:0} mm from something as dense as bone outside the lung.",
    zh: "距肺外骨密度结构 {distanceMm:0} mm。",
  },
  "lung-nodule.fact-edge": {
    en: "From its density to that of the lung in {widthMm:1} mm.",
    zh: "边缘过渡至肺实质密度的宽度为 {widthMm:1} mm。",
  },
  "lung-nodule.fact-contrast": { en: "{contrastHu:0} HU above the lung around it.", zh: "较周围肺组织高 {contrastHu:0} HU。" },
  "lung-nodule.not-measured": { en: "Low-ranking candidate: not outlined in this read.", zh: "低分候选灶：本次未勾画测量。" },
  "lung-nodule.not-assessed-airways": {
    en: "Airways (stenosis, wall thickening, bronchiectasis, endobronchial lesions)",
    zh: "气道（狭窄、管壁增厚、支气管扩张、腔内病变）",
  },
  "lung-nodule.not-assessed-cysts": { en: "Cysts and cavities, cystic airspace lesions", zh: "囊肿与空洞、含气囊腔病变" },
  "lung-nodule.not-assessed-parenchyma": {
    en: "Emphysema, fibrosis, consolidation and other diffuse lung disease",
    zh: "肺气肿、纤维化、实变及其他弥漫性肺疾病",
  },
  "lung-nodule.not-assessed-pleura": { en: "Pleura (effusion, plaques, pneumothorax)", zh: "胸膜（积液、斑块、气胸）" },
  "lung-nodule.not-assessed-mediastinum": { en: "Mediastinum, hila and lymph nodes", zh: "纵隔、肺门及淋巴结" },
  "lung-nodule.not-assessed-heart": {
    en: "Heart, coronary calcium, aorta and pulmonary arteries (embolism)",
    zh: "心脏、冠状动脉钙化、主动脉及肺动脉（栓塞）",
  },
  "lung-nodule.not-assessed-bones": { en: "Bones and chest wall, breasts, thyroid", zh: "骨骼、胸壁、乳腺及甲状腺" },
  "lung-nodule.not-assessed-abdomen": { en: "Upper abdomen", zh: "上腹部" },
  "lung-nodule.not-assessed-growth": { en: "Growth against earlier examinations", zh: "与既往检查对比的生长情况" },
  "lung-nodule.not-assessed-calcification": { en: "Calcification and fat within nodules", zh: "结节内钙化与脂肪成分" },
} as const satisfies Messages;
