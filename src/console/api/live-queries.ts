import { QueryClient, type InvalidateOptions, type InvalidateQueryFilters, type QueryKey } from '@tanstack/react-query'
import { ApiError } from './client.ts'

/**
 * What the pages have asked the service, kept true by the feed. An answer on its way may be older than the event that
 * makes it stale: the library stops such a request and asks again, except the first one for a key; that one is asked
 * again here as soon as it is there.
 */
class LiveQueries extends QueryClient {
  override async invalidateQueries<Key extends QueryKey = QueryKey> (filters?: InvalidateQueryFilters<Key>, options?: InvalidateOptions): Promise<void> {
    const first = this.getQueryCache().findAll(filters).filter(q => q.state.data === undefined && q.state.fetchStatus === 'fetching')
    await super.invalidateQueries(filters, options)
    if (first.length > 0) await super.invalidateQueries({ predicate: q => first.includes(q) }, options)
  }
}

export const createLiveQueries = (): QueryClient => new LiveQueries({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // A refusal is an answer: only a lost connection or a tired server is worth asking again.
      retry: (failures, error) => failures < 3 && !(error instanceof ApiError && error.status >= 400 && error.status < 500)
    }
  }
})
