import { useQuery } from '@tanstack/react-query'
import type { paths } from '../../api/api-types.d.ts'
import { api, onceKey } from '../../api/client.ts'
import type { PhotoPurpose } from '../order-lists.ts'

type Files = paths['/api/work-orders/{id}/attachments']['get']['responses']['200']['content']['application/json']['items']
export type OrderFile = Files[number]

/** The order's files; read again with the order, since its key is the order's. */
export function useOrderFiles (orderId: string): readonly OrderFile[] {
  const { data } = useQuery({
    queryKey: ['order', orderId, 'attachments'],
    queryFn: async () => (await api.GET('/api/work-orders/{id}/attachments', { params: { path: { id: orderId } } })).data?.items ?? []
  })
  return data ?? []
}

/** Sends one file of an order; the same `key` again is the same file. @throws ApiError */
export async function sendFile ({
  orderId, purpose, file, key
}: { orderId: string, purpose: PhotoPurpose, file: File, key: string }): Promise<void> {
  const form = new FormData()
  form.append('file', file, file.name)
  await api.POST('/api/work-orders/{id}/attachments', {
    params: { path: { id: orderId }, query: { purpose }, header: { 'idempotency-key': key } },
    // The API's description has no multipart body; it is added when the request is sent.
    fetch: async request => await fetch(new Request(request, { body: form }))
  })
}

export async function dropFile (orderId: string, attachment: string): Promise<void> {
  await api.DELETE('/api/work-orders/{id}/attachments/{attachment}', { params: { path: { id: orderId, attachment }, header: onceKey() } })
}

export const fileAddress = (orderId: string, attachment: string): string => `/api/work-orders/${orderId}/attachments/${attachment}`
