/** A day of the calendar in the service's time zone, `2026-11-22`. Compares as text. */
type Day = string

/** What an editor writes. */
export interface ArticleText {
  title: string
  body: string
  /** what goes out by text message; empty: the body itself */
  shortAnswer: string
  /** other words people say for it, separated by spaces */
  keywords: string
  /** the law or notice it rests on (依据) */
  basis: string
  /** subclasses (小类) it answers */
  categoryCodes: string[]
  /** unit responsible for it; null: the Centre */
  unitId: string | null
  validFrom: Day
  /** the last day; null: open */
  validTo: Day | null
}

/** 知识条目: what an agent may tell a citizen, as it stands. */
export interface Article extends ArticleText {
  /** said aloud among agents: `K012` */
  id: string
  version: number
  changedBy: string
  changedAt: Date
}

/** One step of an article's history, with the text as it was then. */
export interface ArticleVersion {
  version: number
  at: Date
  by: string
  changed: Array<keyof ArticleText>
  note: string
  content: ArticleText
}

/** What an agent tells the editors; without an article: a question without an answer. */
export interface Remark {
  id: string
  articleId: string | null
  text: string
  by: string
  at: Date
  settledBy: string | null
  settledAt: Date | null
}
