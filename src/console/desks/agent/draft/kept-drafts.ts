import type { Draft } from './draft.ts'

/** The drafts of one login in this browser. */
export interface KeptDrafts {
  all: () => readonly Draft[]
  get: (key: string) => Draft | undefined
  /** @throws Error when it has been closed */
  current: (key: string) => Draft
  set: (next: readonly Draft[]) => void
  change: (key: string, to: Partial<Draft>) => void
  subscribe: (tell: () => void) => () => void
  /** empties the page's memory and keeps nothing any more */
  leave: () => void
}

/** Each draft has an item of its own: what is written in one tab appears in the others at once. `onOtherTab` hears of it. */
export function keepDrafts (login: string, onOtherTab: (draft: Draft) => void): KeptDrafts {
  const place = `liandong-drafts:${login}:`
  const listeners = new Set<() => void>()
  let drafts: readonly Draft[] = read()
  let left = false

  /** None where it cannot be read: the others are shown all the same. */
  function readOne (name: string): Draft[] {
    try {
      return [JSON.parse(localStorage.getItem(name) ?? '') as Draft]
    } catch {
      return []
    }
  }
  function read (): Draft[] {
    const kept = Object.keys(localStorage).filter(name => name.startsWith(place)).flatMap(readOne)
    return kept.sort((a, b) => a.openedAt - b.openedAt)
  }
  function set (next: readonly Draft[]): void {
    if (!left) {
      for (const draft of next) if (!drafts.includes(draft)) localStorage.setItem(place + draft.key, JSON.stringify(draft))
      for (const { key } of drafts) if (!next.some(d => d.key === key)) localStorage.removeItem(place + key)
    }
    drafts = next
    for (const tell of listeners) tell()
  }
  function hear ({ key: name }: StorageEvent): void {
    if (name !== null && !name.startsWith(place)) return
    drafts = read()
    for (const tell of listeners) tell()
    const draft = drafts.find(d => place + d.key === name)
    if (draft) onOtherTab(draft)
  }
  const get = (key: string): Draft | undefined => drafts.find(d => d.key === key)
  addEventListener('storage', hear)

  return {
    all: () => drafts,
    get,
    current (key) {
      const draft = get(key)
      if (!draft) throw new Error('this draft is closed')
      return draft
    },
    set,
    change: (key, to) => { set(drafts.map(d => d.key === key ? { ...d, ...to } : d)) },
    subscribe (tell) {
      listeners.add(tell)
      return () => { listeners.delete(tell) }
    },
    leave () {
      left = true
      removeEventListener('storage', hear)
      set([])
    }
  }
}
