import type { paths } from '../../api/api-types.d.ts'
import { api, ApiError, onceKey } from '../../api/client.ts'

type Gradings = paths['/api/quality']['get']['responses']['200']['content']['application/json']
export type Grading = Gradings['items'][number]
export type Decision = NonNullable<Grading['decision']>
export type Form = paths['/api/quality/forms']['get']['responses']['200']['content']['application/json']['items'][number]
export type Points = Record<string, number>

export async function readForms (): Promise<Form[]> {
  return (await api.GET('/api/quality/forms')).data?.items ?? []
}

/** @param agent of this login alone; null: all that one may read */
export async function readGradings (agent: string | null, objected: boolean, cursor: string): Promise<Gradings> {
  const query = { ...agent === null ? {} : { agent }, ...objected ? { objected: 'true' as const } : {}, ...cursor === '' ? {} : { cursor } }
  return (await api.GET('/api/quality', { params: { query } })).data ?? { items: [], next: null }
}

/** null: the call was not graded */
export async function readGrading (callId: string): Promise<Grading | null> {
  try {
    return (await api.GET('/api/calls/{id}/quality', { params: { path: { id: callId } } })).data ?? null
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

const of = (id: string): { path: { id: string }, header: ReturnType<typeof onceKey> } => ({ path: { id }, header: onceKey() })

export const qualityActions = {
  grade: async (callId: string, scores: Points, remark: string) => {
    await api.POST('/api/calls/{id}/quality', { params: of(callId), body: { scores, ...remark === '' ? {} : { remark } } })
  },
  object: async (callId: string, reason: string) => {
    await api.POST('/api/calls/{id}/quality/objection', { params: of(callId), body: { reason } })
  },
  decide: async (callId: string, reason: string, scores: Points | null) => {
    await api.POST('/api/calls/{id}/quality/decision', { params: of(callId), body: { reason, ...scores === null ? {} : { scores } } })
  }
}

/** The form of a local day: the last that has begun. */
export const formOf = (forms: readonly Form[], day: string): Form | null => forms.findLast(form => form.validFrom <= day) ?? null
