/**
 * Letters that decomposition leaves whole, to Latin: Latin letters by their usual reading; Cyrillic by ICAO Doc 9303
 * part 3 section 6 (what the passport's machine-readable zone says), with the Central Asian letters it lacks by their
 * look-alikes. Arabic is not read into Latin (short vowels are not written); Persian and Arabic keyboards' variants of
 * one letter are made the same.
 */
const table: Record<string, string> = {
  ...pairs('ı i|ß ss|æ ae|œ oe|ø o|đ d|ð d|þ th|ł l|ħ h|ŋ n|ə e|ŧ t|ĸ k|ɓ b|ɗ d|ƙ k|ſ s'),
  ...pairs(
    'а a|б b|в v|г g|д d|е e|ж zh|з z|и i|к k|л l|м m|н n|о o|п p|р r|с s|т t|у u|ф f|х kh|ц ts|ч ch|ш sh|щ shch',
  ),
  ...pairs('ъ ie|ы y|ь |э e|ю iu|я ia|є ie|і i|ј j|љ lj|њ nj|ћ c|ђ d|џ dz|ѕ dz|ґ g'),
  ...pairs('ғ g|қ k|ҳ h|ң n|ө o|ү u|ұ u|һ h|җ zh|ҷ ch|ә e|ӏ '),
  // Lower-casing a capital sigma depends on what follows it.
  ...pairs('ς σ'),
  ...pairs('ک ك|ی ي|ى ي|ہ ه|ھ ه|ة ه|ـ '),
}

/** Replaces each letter of the table; the input is lower-case and decomposed. */
export function transliterate(text: string): string {
  return text.replace(/\P{ASCII}/gu, letter => table[letter] ?? letter)
}

function pairs(list: string): Record<string, string> {
  return Object.fromEntries(list.split('|').map(pair => pair.split(' ') as [string, string]))
}
