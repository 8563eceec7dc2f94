import type { Static, TObject } from 'typebox'
import type { articleColumns, articleText, remarkColumns } from './article-columns.ts'

export type ArticleText = Static<TObject<typeof articleText>>

/** 知识条目: what an agent may tell a citizen, as it stands; its id is said aloud among agents. */
export type Article = Static<TObject<typeof articleColumns>>

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
export type Remark = Static<TObject<typeof remarkColumns>>
