import { DomainError } from '../../domain/errors.ts'

/**
 * A value may stand in a configuration file when it cannot end its line, start a comment, a section or an inclusion,
 * or be expanded.
 * @throws DomainError `control-character`, `invalid-input`
 */
export function configValue (name: string, value: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001F\u007F\u0085\u2028\u2029]/.test(value)) {
    throw new DomainError('control-character', `setting ${name} holds a control character`)
  }
  if (/[;[\]{}<>#$"'`\\%]/.test(value)) {
    throw new DomainError('invalid-input', `setting ${name} holds a character with a meaning for the PBX`)
  }
  if (Buffer.byteLength(value) > 900) throw new DomainError('invalid-input', `setting ${name} is too long`)
  return value
}
