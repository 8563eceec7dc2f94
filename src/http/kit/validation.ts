import type { FastifySchemaCompiler } from 'fastify'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import Format from 'typebox/format'
import { DomainError } from '../../domain/errors.ts'

type Node = Record<string, unknown>

const [firstYear, lastYear] = [1900, 2199]

/** A moment that exists and that the database can keep: no leap second, no year -271821. */
export const isMoment = (text: string): boolean => {
  const at = new Date(text)
  return /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(at.getTime()) &&
    at.getUTCFullYear() >= firstYear && at.getUTCFullYear() <= lastYear
}
Format.Set('date-time', isMoment)

/** Half a character, or a zero byte: neither can be kept. */
function refuseBrokenText (value: unknown): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed() || value.includes('\u0000')) {
      throw new DomainError('control-character', 'text holds characters that cannot be stored')
    }
  } else if (Array.isArray(value)) value.forEach(refuseBrokenText)
  else if (isNode(value)) for (const [key, one] of Object.entries(value)) { refuseBrokenText(key); refuseBrokenText(one) }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

// Exact on purpose: `1.5` is no whole number and an empty text is no zero.
function valueFromText (schema: unknown, text: unknown): unknown {
  if (!isNode(schema)) return text
  if (schema.type === 'array') return (Array.isArray(text) ? text : [text]).map(one => valueFromText(schema.items, one))
  if (typeof text !== 'string') return text
  if ((schema.type === 'integer' || schema.type === 'number') && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text)
  if (schema.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function fromText (schema: unknown, value: unknown): unknown {
  if (!isNode(schema) || !isNode(schema.properties) || !isNode(value)) return value
  const converted: Node = { ...value }
  for (const [name, property] of Object.entries(schema.properties)) {
    if (name in converted) converted[name] = valueFromText(property, converted[name])
  }
  return converted
}

/**
 * Validates with TypeBox. Text from query, path and headers becomes the number or boolean its schema asks for; a body
 * stays as it is.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema)
  return (value: unknown) => {
    const converted = httpPart === 'body' ? value : fromText(schema, value)
    try {
      if (httpPart !== 'headers') refuseBrokenText(converted)
    } catch (error) {
      return { error: error as Error }
    }
    if (check.Check(converted)) return { value: converted }
    // An array of findings is how Fastify tells a validation error from a broken validator.
    return { error: check.Errors(converted) as unknown as Error }
  }
}

/**
 * Makes every object of a request's schema refuse unknown fields, in place; a schema that states `additionalProperties`
 * keeps it. A misspelt field is an error, not silence.
 */
export function refuseUnknownFields (schema: unknown, withinAll = false): void {
  if (!isNode(schema)) return
  if (Array.isArray(schema.allOf)) {
    for (const part of schema.allOf) refuseUnknownFields(part, true)
    if (!withinAll) schema.unevaluatedProperties ??= false
  }
  if (isNode(schema.properties)) {
    if (!withinAll && !('additionalProperties' in schema)) schema.additionalProperties = false
    for (const property of Object.values(schema.properties)) refuseUnknownFields(property)
  }
  for (const key of ['anyOf', 'oneOf']) {
    const options = schema[key]
    if (Array.isArray(options)) for (const option of options) refuseUnknownFields(option, withinAll)
  }
  refuseUnknownFields(schema.items)
}

/**
 * A body whose schema is a type parameter: Fastify's typing resolves none of those. The route's validator has let it through already.
 * @throws DomainError `invalid-input`
 */
export function reader<T extends TSchema> (schema: T): (body: unknown) => Static<T> {
  // Compiled at the first body: a start waits only for the route's own validator.
  const compiled = () => Compile(schema)
  let validator: ReturnType<typeof compiled> | undefined
  return body => {
    validator ??= compiled()
    if (!validator.Check(body)) throw new DomainError('invalid-input', 'the body does not fit its schema')
    return body
  }
}
