import { api } from '../../api/client.ts'
import type { PhotoPurpose } from '../order-lists.ts'

/** Longer side in pixels of a photo the service keeps; more only takes longer to send. */
const maxSide = 2048
const small = 1_000_000

/** Makes a large picture smaller, upright as it was taken. A format the browser cannot draw is sent unchanged. */
async function shrunk (file: File): Promise<Blob> {
  if (file.size <= small) return file
  try {
    const picture = await createImageBitmap(file)
    const scale = Math.min(1, maxSide / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    picture.close()
    return await new Promise(resolve => { canvas.toBlob(blob => { resolve(blob ?? file) }, 'image/jpeg', 0.85) })
  } catch {
    return file
  }
}

/** Sends one photo of an order; the same `key` again is the same photo. @throws ApiError */
export async function sendPhoto ({
  orderId, purpose, file, key
}: { orderId: string, purpose: PhotoPurpose, file: File, key: string }): Promise<void> {
  const form = new FormData()
  form.append('photo', await shrunk(file), 'photo.jpg')
  await api.POST('/api/work-orders/{id}/photos', {
    params: { path: { id: orderId }, query: { purpose }, header: { 'idempotency-key': key } },
    // The API's description has no multipart body; it is added when the request is sent.
    fetch: async request => await fetch(new Request(request, { body: form }))
  })
}

export const photoAddress = (orderId: string, photoId: string, size: 'full' | 'small'): string =>
  `/api/work-orders/${orderId}/photos/${photoId}?size=${size}`
