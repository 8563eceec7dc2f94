import type { Static, TSchema } from 'typebox'
import { Check, Errors } from 'typebox/value'

/**
 * A JSON text of the form its schema says; further properties are let through.
 * @throws Error that names `what` and the place at fault, and never shows the content
 */
export function readJson<T extends TSchema> (text: string, schema: T, what: string): Static<T> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Error(`${what} is no JSON`)
  }
  if (Check(schema, value)) return value
  const [fault] = Errors(schema, value)
  throw new Error(`${what}${fault?.instancePath ? ` at ${fault.instancePath}` : ''} ${fault?.message ?? 'has another form'}`)
}
