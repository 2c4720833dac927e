import type { RoutingRules } from "../findings/routing-rules.ts";

/** Each string lists words between commas. */
const words = (...lists: readonly string[]): string[] => lists.flatMap((list) => list.split(", "));

/**
 * The rules of a server that was given none. CT is read where it says that it shows the chest, and where it does not say what it shows, as headers are
 * often silent or wrong and the analysis looks for itself; CT that speaks only of head or limbs is not, nor is any other modality.
 */
export const usualRules: RoutingRules = {
  rules: [
    {
      name: "chest CT",
      when: {
        modality: ["CT"],
        text: words(
          "chest, thorax, thora*, thx, lung, lungs, pulmon*, hrct, ldct, cap, tap, ctpa, ctpe, whole body, polytrauma*, pan scan", // English
          "lunge*, lungen*, brustkorb, ganzkörper*", // German
          "poumon*, poitrine, tdm tap, corps entier", // French
          "tórax, torác*, pecho, cuerpo entero", // Spanish, Portuguese
          "pulmão, pulmões, corpo inteiro", // Portuguese
          "torace, torac*, polmon*", // Italian
          "longen", // Dutch
          "грудн*, грудь, легк*, лёгк*, огк", // Russian
          "płuc*, klatka piersiowa, klatki piersiowej", // Polish
          "toraks, akciğer*, göğüs", // Turkish
          "胸, 肺, 全身", // Chinese and Japanese
          "흉부, 폐, 전신", // Korean
        ),
      },
      decision: "read",
    },
    {
      name: "CT of the chest by its body part",
      when: { modality: ["CT"], bodyPart: words("chest*, thora*, lung*, wholebody, whole body") },
      decision: "read",
    },
    {
      name: "CT of head or limbs",
      when: {
        modality: ["CT"],
        text: words(
          "head, brain, skull, cranial, cranium, sinus, sinuses, orbit*, temporal bone, dental, knee, ankle, wrist, elbow", // English
          "kopf, schädel*, schaedel*, hirn, cct, nnh, felsenbein*, knie*, sprunggelenk*, handgelenk*, ellenbogen*", // German
          "crâne, crane, cérébral*, cerveau, genou*, cheville, poignet, coude", // French
          "cráneo, cerebr*, cabeza, rodilla*, tobillo, muñeca, codo", // Spanish
          "头, 頭, 颅, 脑, 脳, 鼻窦, 副鼻腔, 膝, 踝, 腕, 肘", // Chinese and Japanese
        ),
      },
      decision: "do-not-read",
    },
    { name: "any other CT", when: { modality: ["CT"] }, decision: "read" },
  ],
  otherwise: "do-not-read",
};
