import { pinyin } from 'pinyin-pro'
import type { Spell } from './rules/article-search.ts'

/**
 * Chinese in Latin letters, without tones: 居住证 is `juzhuzheng`, its initials `jzz`. A character read in two ways is read as in its word.
 */
export const spell: Spell = text => {
  const syllables = pinyin(text, { toneType: 'none', type: 'array', nonZh: 'removed', v: true })
  return { whole: syllables.join(''), initials: syllables.map(s => s.charAt(0)).join('') }
}
