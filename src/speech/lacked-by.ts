import { lacksOf } from './lack-store.ts'
import type { LackedBy } from './speech-types.ts'

/** A PBX beside which no process stands has no spoken sentence at all. */
export const createLackedBy = (nodes: { readonly all: ReadonlyArray<{ name: string, door: object | null }> }): LackedBy =>
  async (q, prompts) => {
    const spoken = prompts.filter(prompt => prompt.startsWith('spoken/'))
    if (spoken.length === 0) return []
    const never = nodes.all.flatMap(({ name, door }) => door === null ? spoken.map(prompt => ({ prompt, node: name })) : [])
    const lacks = await lacksOf(q, spoken.map(prompt => prompt.slice('spoken/'.length)))
    return [...never, ...lacks.map(({ node, name }) => ({ node, prompt: `spoken/${name}` }))]
  }
