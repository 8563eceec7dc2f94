import Type, { type TObject, type TProperties } from 'typebox'
import type { Role } from '../domain/people/roles.ts'
import { answers, Moment, WriteHeaders } from '../http/kit/schema-words.ts'

export const tags = ['policies']

/** The day a row begins on. */
export const FirstDay = () => Type.String({ format: 'date', maxLength: 10, description: 'first local day' })

const readers: readonly Role[] = ['SHIFT_LEADER', 'SUPERVISOR', 'ADMINISTRATOR']
const administrators: readonly Role[] = ['ADMINISTRATOR']

/** A row as it stands: who entered it, and when. */
export const asEntered = <P extends TProperties>(row: TObject<P>) => Type.Object({
  ...row.properties,
  enteredBy: Type.String({ description: '`system`: as shipped; `settings`: the service\'s settings; else a login' }),
  enteredAt: Moment()
})

/** The route that lists every row of a kind. */
export const everyRow = <P extends TProperties>(row: TObject<P>, summary: string) => ({
  config: { roles: readers },
  schema: { tags, summary, response: answers({ 200: Type.Object({ items: Type.Array(asEntered(row)) }) }) }
})

/** The route by which an administrator enters a row of a kind. */
export const entering = <P extends TProperties>(row: TObject<P>, words: { summary: string, description: string }) => ({
  config: { roles: administrators },
  schema: { tags, ...words, headers: WriteHeaders, body: row, response: answers({ 201: asEntered(row) }) }
})

/** What such a write says to the audit: the row whole. */
export const entry = (action: string, subject: string, row: Record<string, unknown>) => ({ action, subject, status: 201, detail: row })
