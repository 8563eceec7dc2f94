import type { paths } from '../../api/api-types.d.ts'

export type Interface = paths['/api/interfaces']['get']['responses']['200']['content']['application/json']['items'][number]
export type NewInterface = paths['/api/interfaces']['post']['requestBody']['content']['application/json']
export type Endpoint = Interface['endpoints'][number]
export type NewEndpoint = paths['/api/interfaces/{id}/endpoints']['post']['requestBody']['content']['application/json']
export type Delivery = paths['/api/deliveries']['get']['responses']['200']['content']['application/json']['items'][number]
export type Envelope = paths['/api/envelopes']['get']['responses']['200']['content']['application/json']['items'][number]
export type Fault = Envelope['faults'][number]
export type EnvelopeWords = paths['/api/envelopes/{id}']['get']['responses']['200']['content']['application/json']
export type DeliveryDetail = paths['/api/deliveries/{id}']['get']['responses']['200']['content']['application/json']
