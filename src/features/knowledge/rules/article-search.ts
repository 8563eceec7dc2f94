/** What is searched of an article. */
export interface SearchedText { id: string, title: string, keywords: string, body: string, categoryCodes: readonly string[] }

/** A search: typed words, a sentence said, a category chosen; either may be missing. */
export interface Asked { words: string, category?: string | null }

/** How a text is spelled in Latin letters: `juzhuzheng` and its initials `jzz`. */
export type Spell = (text: string) => { whole: string, initials: string }

/** Articles prepared for searching. */
export interface ArticleIndex {
  /** Ids with how well they fit, best first; only those that come near the best. */
  find: (asked: Asked) => Array<{ id: string, score: number }>
}

const weight = { title: 3, keywords: 3, body: 1 }
/** An article this much worse than the best one is noise. */
const nearTheBest = 0.3
/** One pair of characters somewhere in a body proves nothing. */
const minScore = 6

const plain = (text: string): string => text.normalize('NFKC').toLowerCase()
const chinese = /\p{Script=Han}+/gu
const latin = /[a-z0-9]+/g

/** Neighbouring characters, two by two, each once. */
function pairs (text: string): Set<string> {
  const found = new Set<string>()
  for (const [run] of text.matchAll(chinese)) for (let i = 0; i + 1 < run.length; i++) found.add(run.slice(i, i + 2))
  return found
}

/**
 * Chinese has no spaces: texts are compared by pairs of neighbouring characters, and a pair that few articles hold counts more
 * than one that all hold (办理, 需要). A spoken word of an article that occurs whole in what was typed, or a typed word that
 * stands whole in a title, counts on top. Latin letters are initials (`jzz` 居住证), spelling, or an article's own code.
 */
export function createArticleIndex (articles: readonly SearchedText[], spell: Spell): ArticleIndex {
  const ready = articles.map(a => {
    const title = plain(a.title)
    const keywords = plain(a.keywords).split(/\s+/).filter(w => w !== '')
    return { ...a, code: a.id.toLowerCase(), title, keywords, body: plain(a.body), spelled: [a.title, ...keywords].map(spell) }
  })
  const postings = new Map<string, Map<number, number>>()
  const note = (at: number, text: string, worth: number): void => {
    for (const pair of pairs(text)) {
      const of = postings.get(pair) ?? new Map<number, number>()
      postings.set(pair, of)
      of.set(at, Math.max(of.get(at) ?? 0, worth))
    }
  }
  for (const [at, a] of ready.entries()) {
    note(at, a.body, weight.body)
    for (const word of a.keywords) note(at, word, weight.keywords)
    note(at, a.title, weight.title)
  }

  function scores (words: string): Map<number, number> {
    const found = new Map<number, number>()
    const add = (at: number, score: number): void => { if (score > 0) found.set(at, (found.get(at) ?? 0) + score) }
    for (const pair of pairs(words)) {
      const of = postings.get(pair)
      if (!of) continue
      const rare = Math.log(1 + ready.length / of.size)
      for (const [at, worth] of of) add(at, rare * worth)
    }
    const runs = [...words.matchAll(chinese)].map(([run]) => run)
    const letters = [...words.matchAll(latin)].map(([word]) => word)
    for (const [at, a] of ready.entries()) {
      for (const run of runs) {
        add(at, a.title.includes(run) ? 4 + 2 * run.length : 0)
        for (const word of a.keywords) {
          add(
            at,
            word === run ? 12 : run.includes(word) ? 3 * word.length : run.length === 1 && word.includes(run) ? 4 : 0
          )
        }
      }
      for (const word of letters) add(at, spellingScore(a, word))
    }
    return found
  }

  return {
    find ({ words, category }) {
      const asked = plain(words)
      const found = scores(asked)
      const spoken = [...found.values()].reduce((a, b) => Math.max(a, b), 0)
      if (category) {
        // The category alone brings its articles; beside words it decides between equals.
        const worth = Math.max(minScore, spoken / 2)
        for (const [at, a] of ready.entries()) if (a.categoryCodes.includes(category)) found.set(at, (found.get(at) ?? 0) + worth)
      }
      const best = [...found.values()].reduce((a, b) => Math.max(a, b), 0)
      return [...found].map(([at, score]) => ({ id: ready[at]?.id ?? '', score }))
        .filter(f => f.score >= Math.max(minScore, best * nearTheBest))
        .sort((a, b) => b.score - a.score || a.id.localeCompare(b.id))
    }
  }
}

function spellingScore (
  a: { code: string, title: string, keywords: readonly string[], spelled: ReadonlyArray<ReturnType<Spell>> }, word: string
): number {
  if (a.code === word) return 100
  if (a.title.includes(word) || a.keywords.some(k => k.includes(word))) return 12
  if (word.length < 2 || /\d/.test(word)) return 0
  if (a.spelled.some(s => s.initials === word)) return 14
  if (a.spelled.some(s => s.initials.startsWith(word))) return 12
  if (a.spelled.some(s => s.initials.includes(word))) return 8
  return word.length >= 4 && a.spelled.some(s => s.whole.includes(word)) ? 10 : 0
}
