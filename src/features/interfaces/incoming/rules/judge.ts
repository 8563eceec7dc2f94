import { readStrictly, type JsonFault } from './strict-json.ts'

/** Why a message waits for a person (隔离); the same stands in the table's CHECK. */
export const quarantineReasons = [
  'bad-schema', 'unknown-version', 'unknown-kind', 'clock-skew', 'words-differ', 'refused', 'failed'
] as const
export type QuarantineReason = typeof quarantineReasons[number]

export const envelopeStates = ['waiting', 'taken', 'quarantined', 'dropped'] as const
export type EnvelopeState = typeof envelopeStates[number]

/** What may be wrong: of the text, of the message, of its data; and what a capability or the service said. */
export const faultCodes = [
  'no-json', 'too-deep', 'key-twice', 'broken-text', 'no-object', 'no-kind', 'no-version', 'no-moment', 'unknown-kind', 'unknown-version',
  'unknown-field', 'missing', 'control-character', 'wrong-form', 'words-differ', 'clock-skew', 'refused', 'failed'
] as const

/** What is wrong with one field: the place and the complaint, never the value. The message of `refused` is a code of an error or guard. */
export interface Fault { path: string, code: typeof faultCodes[number], message: string }

/** The forms of the kinds that somebody takes: kind → version → what is wrong with such data. */
export type Forms = ReadonlyMap<string, ReadonlyMap<string, (data: unknown) => Fault[]>>

/** A message that can be handed to the one who takes its kind. */
export interface Readable { kind: string, version: string, at: Date, data: Record<string, unknown> }

/** What a message says of itself, as far as it could be read. */
interface Head { kind: string | null, version: string | null, at: Date | null }

/** A message that cannot be taken as it is. */
export interface Unfit extends Head { reason: QuarantineReason, faults: Fault[] }

const inWords: Record<JsonFault, string> = {
  'no-json': 'is no JSON',
  'too-deep': 'is nested more than 32 deep',
  'key-twice': 'has a key twice in one object',
  'broken-text': 'has text that cannot be kept'
}

const names = ['type', 'version', 'timestamp', 'data']
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const shortText = (value: unknown): string | null =>
  typeof value === 'string' && /^[\x21-\x7e]{1,60}$/.test(value) ? value : null

/** A moment with its offset, in years that a calendar of ours knows. */
function momentOf (value: unknown): Date | null {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(value)) return null
  const at = new Date(value)
  return Number.isNaN(at.getTime()) || at.getUTCFullYear() < 2000 || at.getUTCFullYear() > 2199 ? null : at
}

/** Reads a message: `type`, `version`, `timestamp` and `data`, nothing else, and the data in the form of its kind and version. */
export function formOf (text: string, forms: Forms): Readable | Unfit {
  const unfit = (reason: QuarantineReason, faults: Fault[], head: Head = { kind: null, version: null, at: null }): Unfit =>
    ({ reason, faults, ...head })
  const read = readStrictly(text)
  if ('fault' in read) return unfit('bad-schema', [{ path: '', code: read.fault, message: inWords[read.fault] }])
  const { value } = read
  if (!isObject(value)) return unfit('bad-schema', [{ path: '', code: 'no-object', message: 'is no object' }])
  const [kind, version, at] = [shortText(value.type), shortText(value.version), momentOf(value.timestamp)]
  const faults: Fault[] = []
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) faults.push({ path: `/${name.slice(0, 60)}`, code: 'unknown-field', message: 'is not a field of a message' })
  }
  if (kind === null) faults.push({ path: '/type', code: 'no-kind', message: 'is no kind' })
  if (version === null) faults.push({ path: '/version', code: 'no-version', message: 'is no version' })
  if (at === null) faults.push({ path: '/timestamp', code: 'no-moment', message: 'is no moment with its offset' })
  if (!isObject(value.data)) faults.push({ path: '/data', code: 'no-object', message: 'is no object' })
  if (kind === null || version === null || at === null || !isObject(value.data) || faults.length > 0) {
    return unfit('bad-schema', faults.slice(0, 20), { kind, version, at })
  }
  const versions = forms.get(kind)
  if (versions === undefined) {
    return unfit('unknown-kind', [{ path: '/type', code: 'unknown-kind', message: 'nobody takes this kind' }], { kind, version, at })
  }
  const faultsOf = versions.get(version)
  if (faultsOf === undefined) {
    const known = [...versions.keys()].join(', ')
    const fault: Fault = { path: '/version', code: 'unknown-version', message: `is not one of ${known}` }
    return unfit('unknown-version', [fault], { kind, version, at })
  }
  const own = faultsOf(value.data)
  return own.length > 0 ? unfit('bad-schema', own, { kind, version, at }) : { kind, version, at, data: value.data }
}

/** A message as it arrived, with a good signature. */
export interface Arrived {
  text: string
  /** when it was sent, by the sender's clock */
  sentAt: Date
  /** texts that came under its id before, the first one first */
  earlier: readonly string[]
}

/**
 * What becomes of a message. `repeat`: it came before in these very words, and gets its first answer, whatever the sender's clock says by
 * now. Other words under a known id stand beside the first and wait: which of them is meant, a person decides.
 * @param toleranceMs how far the sender's clock may be off, before or behind
 */
export function judge (
  { text, sentAt, earlier }: Arrived, { forms, toleranceMs, now }: { forms: Forms, toleranceMs: number, now: Date }
): { repeats: number } | { take: Readable } | { quarantine: Unfit } {
  const before = earlier.indexOf(text)
  if (before >= 0) return { repeats: before }
  const form = formOf(text, forms)
  const held = (reason: 'words-differ' | 'clock-skew', message: string): { quarantine: Unfit } =>
    ({ quarantine: { reason, faults: [{ path: '', code: reason, message }], kind: form.kind, version: form.version, at: form.at } })
  if (earlier.length > 0) return held('words-differ', 'came before under this id, in other words')
  if ('reason' in form) return { quarantine: form }
  const skewMs = sentAt.getTime() - now.getTime()
  if (Math.abs(skewMs) > toleranceMs) return held('clock-skew', `was sent ${Math.round(skewMs / 1000)} s from now by the sender's clock`)
  return { take: form }
}

/** Pauses after a try that failed by a fault of ours, ms; after the last one it waits for a person. */
const pausesMs: readonly number[] = [5000, 60_000, 300_000, 1_800_000]

/** @param tries that failed, this one among them. @returns when it is tried again; null: five have failed */
export function triedAgainAt (tries: number, now: Date): Date | null {
  const pause = pausesMs[tries - 1]
  return pause === undefined ? null : new Date(now.getTime() + pause)
}
