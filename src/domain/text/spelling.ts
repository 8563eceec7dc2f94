import { pinyin } from 'pinyin-pro'

/** As the district says it: 莘庄 is Xinzhuang, while books read 莘 as shen. */
const localReadings: Readonly<Record<string, string>> = { 莘: 'xin' }

/**
 * Each character in Latin letters, without tones: 莘建东路 is `xin jian dong lu`. A character read in two ways is read as in its word; what
 * is not Chinese stays as it is.
 */
export function syllables (text: string): string[] {
  const characters = [...text]
  return pinyin(text, { toneType: 'none', type: 'array', v: true }).map((read, i) => localReadings[characters[i] ?? ''] ?? read)
}

/** The same in one word, and its initials: 居住证 is `juzhuzheng` and `jzz`. What is not Chinese is left out. */
export function spell (text: string): { whole: string, initials: string } {
  const read = syllables([...text].filter(c => /\p{Script=Han}/u.test(c)).join(''))
  return { whole: read.join(''), initials: read.map(s => s.charAt(0)).join('') }
}
