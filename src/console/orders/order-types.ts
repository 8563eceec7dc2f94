import type { paths } from '../api/api-types.d.ts'

export type OrderPage = paths['/api/work-orders']['get']['responses']['200']['content']['application/json']
export type OrderSummary = OrderPage['items'][number]
export type Order = paths['/api/work-orders/{id}']['get']['responses']['200']['content']['application/json']
export type OrderState = Order['state']
export type OrderFilter = NonNullable<paths['/api/work-orders']['get']['parameters']['query']>
export type SimilarOrder = paths['/api/work-orders/similar']['get']['responses']['200']['content']['application/json']['items'][number]
export type Suggestion = paths['/api/work-orders/route']['get']['responses']['200']['content']['application/json']['suggestion']
export type OrderFields = Omit<paths['/api/work-orders/{id}/draft']['put']['requestBody']['content']['application/json'], 'version'>
