import type { SmsProvider } from './sms-types.ts'

/** Sends nothing: the row in `sms_message` is the message, for trying things out and for tests. */
export const tableProvider: SmsProvider = {
  name: 'table',
  send: async () => ({ providerId: null })
}

export interface HttpProviderOptions {
  url: string
  /** sent as a bearer token */
  token?: string | null
  timeoutMs?: number
}

/**
 * Posts `{ id, to, text }` as JSON to a gateway, with the message's id as `Idempotency-Key`: a gateway that honours it
 * sends a repeated message once. Any 2xx counts as taken; a JSON answer's `id` is kept for receipts.
 */
export function httpProvider ({ url, token, timeoutMs = 10_000 }: HttpProviderOptions): SmsProvider {
  return {
    name: 'http',
    async send ({ id, to, text }) {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        headers: { 'content-type': 'application/json', 'idempotency-key': id, ...(token ? { authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify({ id, to, text })
      })
      const answer = await response.text()
      if (!response.ok) throw new Error(`the gateway answered ${response.status}`)
      return { providerId: idIn(answer) }
    }
  }
}

function idIn (answer: string): string | null {
  try {
    const body: unknown = JSON.parse(answer)
    const id = typeof body === 'object' && body !== null && 'id' in body ? body.id : null
    return typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 200) : null
  } catch {
    return null
  }
}

const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Sample numbers lie in real ranges: while sample people are loaded, only a gateway on this machine gets their texts. */
export function sparingSamplePeople (provider: SmsProvider, url: string, sampleLoaded: () => Promise<boolean>): SmsProvider {
  if (loopback.test(new URL(url).hostname)) return provider
  return {
    name: provider.name,
    async send (message) {
      if (await sampleLoaded()) throw new Error('sample people are loaded: nothing is sent to a gateway outside this machine')
      return await provider.send(message)
    }
  }
}
