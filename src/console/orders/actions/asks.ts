import type { Order } from '../order-types.ts'
import { bases, type PhotoPurpose } from '../order-lists.ts'
import type { Answers } from './answers.ts'

/** A question that is asked before a step. */
export interface Ask {
  name: string
  kind: 'text' | 'choice' | 'unit' | 'units' | 'person' | 'position' | 'moment' | 'photos'
  needed?: boolean
  /** key of the question's words; default: its name */
  word?: string
  /** of units: outside the Centre, only one's own and those below */
  below?: true
  /** of photos */
  purpose?: PhotoPurpose
  /** of a moment: from when to when */
  span?: (order: Order) => { after: string | null, latest: string | null }
  choices?: readonly string[]
  /** key of the choices' words; default `choice` */
  words?: string
  when?: (answers: Answers) => boolean
}

export const basis: readonly Ask[] = [
  { name: 'basis', kind: 'choice', needed: true, choices: bases, words: 'order:basis' },
  { name: 'evidence', kind: 'text', needed: true, when: a => a.basis !== 'statutory' }
]
export const reason: Ask = { name: 'reason', kind: 'text', needed: true }
export const photos = (purpose: PhotoPurpose): Ask => ({ name: 'photos', kind: 'photos', purpose })
export const extensionSpan: NonNullable<Ask['span']> = ({ extension }) => ({ after: extension.due, latest: extension.latest })
