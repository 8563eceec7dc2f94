import type { paths } from '../../../api/api-types.d.ts'

export type Trunk = paths['/api/trunks']['get']['responses']['200']['content']['application/json']['items'][number]
export type NewTrunk = paths['/api/trunks']['post']['requestBody']['content']['application/json']
