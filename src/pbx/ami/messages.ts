import { DomainError } from '../../domain/errors.ts'

/** A message of the PBX: names in lower case, one text per name. Fields of another form are left out. */
export type AmiMessage = Readonly<Record<string, string>>
export type AmiValue = string | number | boolean | undefined
/** An action's fields; `Variable` may hold several. */
export type AmiFields = Record<string, AmiValue | Record<string, AmiValue>>

/** The PBX cuts longer lines. */
const maxLineBytes = 1000

/** Only texts come through: the first of a repeated name; other values are dropped. */
export function toMessage (raw: unknown): AmiMessage {
  const message: Record<string, string> = {}
  if (typeof raw !== 'object' || raw === null) return message
  for (const [name, value] of Object.entries(raw)) {
    const text: unknown = Array.isArray(value) ? value[0] : value
    if (typeof text === 'string') message[name] = text
  }
  return message
}

/** @throws DomainError `control-character`, `invalid-input` for a name or value that cannot be one line */
export function checkLine (name: string, value: AmiValue): void {
  if (value === undefined) return
  const line = `${name}: ${value}`
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001F\u007F]/.test(line)) {
    throw new DomainError('control-character', `${/^\w+$/.test(name) ? name : 'a name'} holds a control character`)
  }
  if (!/^[A-Za-z][\w=-]*(\(\w+(,[\w-]+)?\))?$/.test(name)) throw new DomainError('invalid-input', 'this is not a field name')
  if (Buffer.byteLength(line) > maxLineBytes) throw new DomainError('invalid-input', `${name} is longer than the PBX reads`)
}

/** The same for each of an action's fields. */
export function checkFields (fields: AmiFields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'object') checkLine(name, value)
    else for (const [inner, innerValue] of Object.entries(value)) checkLine(`${name}=${inner}`, innerValue)
  }
}
