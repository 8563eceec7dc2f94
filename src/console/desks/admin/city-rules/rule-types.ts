import type { paths } from '../../../api/api-types.d.ts'

export type Rules = paths['/api/policies/rules']['get']['responses']['200']['content']['application/json']
/** A figure the city chooses, with what holds today. */
export type Rule = Rules['rules'][number]
