import { DomainError } from '../../domain/errors.ts'
import type { AmiConnection } from '../ami/ami-connection.ts'
import type { VariableName } from '../contract.ts'
import { trunkId } from '../config-files/trunk-files.ts'

/** Sends an action whose response says nothing but yes. */
export async function act (ami: AmiConnection, name: string, fields: Parameters<AmiConnection['action']>[1]): Promise<void> {
  await ami.action(name, fields)
}

/** A value of the wanted form. @throws DomainError `invalid-input` */
export function wanted (what: string, value: string, pattern: RegExp): string {
  if (!pattern.test(value)) throw new DomainError('invalid-input', `this is no ${what}`)
  return value
}
export const extensionOf = (value: string): string => wanted('extension', value, /^\d{2,6}$/)
export const trunkOf = (value: string): string => wanted('trunk', value, trunkId)
export const roomOf = (value: string): string => wanted('conference room', value, /^\d[\d-]{0,30}$/)
export const idOf = (value: string): string => wanted('channel id', value, /^[\w.:-]{1,120}$/)
export const channelOf = (value: string): string => wanted('channel', value, /^[\w./:;@+-]{1,120}$/)
export const promptOf = (value: string): string => wanted('prompt', value, /^[\w./-]{1,200}$/)
export const keyOf = (value: string): string => wanted('database key', value, /^[\w.+-]{1,100}$/)
/** A telephone of ours as the PBX names it: `PJSIP/8003`. */
export const interfaceOf = (extension: string): string => `PJSIP/${extensionOf(extension)}`

/**
 * Asterisk splits a Variable line at commas and reads quotes, brackets and backslashes in it, and refuses an AMI line of 2,000 characters.
 * @throws DomainError `control-character`, `invalid-input`, `too-large`
 */
export function variablesOf (variables: Partial<Record<VariableName, string>>): Record<string, string> {
  const given = Object.entries(variables)
  for (const [name, value] of given) {
    // eslint-disable-next-line no-control-regex
    if (/[\u0000-\u001F\u007F]/.test(value)) throw new DomainError('control-character', `${name} holds a control character`)
    if (/[,"'\\()[\]{}$;]/.test(value)) throw new DomainError('invalid-input', `${name} holds a character with a meaning for the PBX`)
  }
  if (given.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value) + 2, 0) > 900) {
    throw new DomainError('too-large', 'the variables of a leg have at most 900 bytes together')
  }
  return Object.fromEntries(given)
}

/** Whether the PBX refused, and said so in words like these. */
export const refusedWith = (error: unknown, words: RegExp): boolean =>
  error instanceof DomainError && error.code === 'pbx-refused' && words.test(String(error.details.message))

/** Whether the PBX refused because what was named is gone already. */
export const isGone = (error: unknown): boolean => refusedWith(error, /no such channel|not exist|not found|could not be deleted/i)

/** A yes or no of the PBX, in either of its spellings. */
export const flag = (value: string | undefined): boolean => value === '1' || value === 'Yes'
