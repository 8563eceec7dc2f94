import { api } from '../../../api/client.ts'

/** Blocks that stand, or those of a month (`2026-11`). */
export async function readBlocks (month: string) {
  const { data } = await api.GET('/api/number-blocks', { params: { query: { limit: 200, ...(month === '' ? {} : { month }) } } })
  return data?.items ?? []
}
export type Block = Awaited<ReturnType<typeof readBlocks>>[number]
