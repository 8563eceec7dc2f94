import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

type Node = Record<string, unknown>

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
 * Validates with TypeBox. Text from query, path and headers becomes the number or boolean its schema asks for; a body is
 * taken as it is.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema)
  return (value: unknown) => {
    const converted = httpPart === 'body' ? value : fromText(schema, value)
    if (check.Check(converted)) return { value: converted }
    // An array of findings is how Fastify tells a validation error from a broken validator.
    return { error: check.Errors(converted) as unknown as Error }
  }
}

/**
 * Makes every object of a request's schema refuse fields it does not know, in place, unless it says otherwise: a
 * misspelt field is an error, not silence.
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
