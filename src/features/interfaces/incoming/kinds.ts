import { Compile } from 'typebox/compile'
import type { EnvelopeKind } from '../../../http/kit/envelope-kind.ts'
import { faultsOf } from '../../../http/kit/problems.ts'
import { refuseUnknownFields } from '../../../http/kit/validation.ts'
import type { Fault, Forms } from './rules/judge.ts'

/** The kinds that somebody takes, and the form of each version. */
export interface Kinds {
  forms: Forms
  of: (kind: string, version: string) => EnvelopeKind | undefined
}

/** @throws Error when two capabilities take one version of a kind: a programming error */
export function createKinds (kinds: readonly EnvelopeKind[]): Kinds {
  const forms = new Map<string, Map<string, (data: unknown) => Fault[]>>()
  const byName = new Map<string, EnvelopeKind>()
  for (const one of kinds) {
    const { kind, version, schema } = one
    const name = `${kind} ${version}`
    if (byName.has(name)) throw new Error(`${name} is taken by two capabilities`)
    byName.set(name, one)
    const versions = forms.get(kind) ?? new Map<string, (data: unknown) => Fault[]>()
    forms.set(kind, versions.set(version, checkOf(schema)))
  }
  return { forms, of: (kind, version) => byName.get(`${kind} ${version}`) }
}

/** Compiled at the first message: a start does not wait for it. */
function checkOf (schema: EnvelopeKind['schema']): (data: unknown) => Fault[] {
  refuseUnknownFields(schema)
  const compiled = () => Compile(schema)
  let validator: ReturnType<typeof compiled> | undefined
  return data => {
    validator ??= compiled()
    return validator.Check(data) ? [] : faultsOf('/data', validator.Errors(data))
  }
}
