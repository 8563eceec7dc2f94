import { until } from '../../src/servers/until.ts'

export interface Answer<T> { status: number, body: T, headers: Headers }

/** The API as one signed-in person. */
export interface ApiClient {
  who: string
  /** the header of the session, for what is no plain request */
  cookie: () => string
  /** @throws Error with status and problem when the answer is no success */
  get: <T = Record<string, unknown>>(path: string) => Promise<T>
  post: <T = Record<string, unknown>>(path: string, body?: unknown) => Promise<T>
  put: <T = Record<string, unknown>>(path: string, body?: unknown) => Promise<T>
  patch: <T = Record<string, unknown>>(path: string, body?: unknown) => Promise<T>
  delete: <T = Record<string, unknown>>(path: string) => Promise<T>
  /** whatever the answer is */
  request: <T = Record<string, unknown>>(
    method: string, path: string, body?: unknown, headers?: Record<string, string>
  ) => Promise<Answer<T>>
  /** asks again until the condition holds */
  sees: <T = Record<string, unknown>>(path: string, condition: (body: T) => boolean, seconds?: number) => Promise<T>
}

/** Signs in by the sign-in route, as a browser does. */
export async function signIn (address: () => string, login: string, password: string): Promise<ApiClient> {
  return await client(address, login, async () => {
    const begun = await fetch(`${address()}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, password }),
      signal: AbortSignal.timeout(60_000)
    })
    if (begun.status !== 201) throw new Error(`${login} cannot sign in: ${begun.status} ${await begun.text()}`)
    return begun.headers.getSetCookie().map(c => c.split(';')[0]).join('; ')
  })
}

/** @param begin begins a session and answers its cookie */
export async function client (address: () => string, login: string, begin: () => Promise<string>): Promise<ApiClient> {
  let cookie = await begin()
  async function send<T> (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const response = await fetch(address() + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(cookie ? { cookie } : {}), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000)
    })
    const text = await response.text()
    const json = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, body: (json && text ? JSON.parse(text) : text) as T, headers: response.headers }
  }
  const request: ApiClient['request'] = async <T>(method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
    const answer = await send<T>(method, path, body, headers)
    if (answer.status !== 401) return answer
    // A test has moved the clock past the end of the shift: the person signs in for the next one.
    cookie = await begin()
    return await send<T>(method, path, body, headers)
  }
  const well = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await request<T>(method, path, body)
    if (answer.status >= 300) throw new Error(`${login}: ${method} ${path} was answered ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  return {
    who: login,
    cookie: () => cookie,
    request,
    get: async path => await well('GET', path),
    post: async (path, body = {}) => await well('POST', path, body),
    put: async (path, body = {}) => await well('PUT', path, body),
    patch: async (path, body = {}) => await well('PATCH', path, body),
    delete: async path => await well('DELETE', path),
    async sees<T> (path: string, condition: (body: T) => boolean, seconds = 30) {
      let last: T | undefined
      try {
        return await until(async () => {
          last = await well<T>('GET', path)
          return condition(last) ? { body: last } : false
        }, { what: `${login} sees it at ${path}`, seconds, everyMs: 100 }).then(found => found.body)
      } catch (error) {
        throw new Error(`${error instanceof Error ? error.message : String(error)}; last seen: ${JSON.stringify(last)?.slice(0, 1500)}`,
          { cause: error })
      }
    }
  }
}
