import { Button, type ButtonProps } from 'antd'
import { useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react'

/** Listeners, the newest last. Of several with the same key the one mounted last gets it: a dialogue, the keys of a call (decision 14). */
const listening: Array<{ keys: string, at: RefObject<Element | null> }> = []

/** The dialogue in front of the page, unless it is closing. */
const inFront = (): Element | undefined =>
  [...document.querySelectorAll<HTMLElement>('.ant-modal-wrap')].findLast(
    d => d.style.display !== 'none' && d.querySelector('.ant-zoom-leave') === null
  )

/** The page behind a dialogue has no keys, so that a confirmation does not act on what is hidden. The telephone keeps its keys. */
function works ({ at: { current: at } }: { at: RefObject<Element | null> }): boolean {
  const dialogue = inFront()
  return dialogue === undefined || (at !== null && (dialogue.contains(at) || at.closest('header.bar') !== null))
}

/**
 * A key that works anywhere on the page, written as it is shown: `F2`, `Alt+A`, `Ctrl+Enter`. Alt, Ctrl and function keys work inside
 * input fields too; plain letters are left to typing. `at`: the element it belongs to.
 */
export function useShortcut (keys: string | undefined, act: () => void, at: RefObject<Element | null>, enabled = true): void {
  const latest = useRef(act)
  // Before the paint: a key works as soon as it is shown.
  useLayoutEffect(() => { latest.current = act })
  useLayoutEffect(() => {
    if (keys === undefined || !enabled) return
    const me = { keys, at }
    const parts = keys.split('+')
    const key = (parts.at(-1) ?? '').toLowerCase()
    const wants = (name: string): boolean => parts.includes(name)
    const press = (event: KeyboardEvent): void => {
      if (event.altKey !== wants('Alt') || event.ctrlKey !== wants('Ctrl') || event.shiftKey !== wants('Shift')) return
      if (event.key.toLowerCase() !== key && event.code.toLowerCase() !== `key${key}` && event.code.toLowerCase() !== `digit${key}`) return
      if (!works(me)) return
      event.preventDefault()
      // No other handler gets it: Ctrl+Enter in an open list saves and chooses nothing.
      event.stopPropagation()
      if (!event.repeat && listening.findLast(l => l.keys === keys && works(l)) === me) latest.current()
    }
    listening.push(me)
    addEventListener('keydown', press, { capture: true })
    return () => {
      listening.splice(listening.indexOf(me), 1)
      removeEventListener('keydown', press, { capture: true })
    }
  }, [keys, at, enabled])
}

type KeyButtonProps = Omit<ButtonProps, 'onClick' | 'loading'> & {
  keys?: string
  loading?: boolean
  /** What it answers is waited for: until then the button is busy, and a second press does nothing. */
  onPress: () => void | Promise<unknown>
}

/** A button that shows its key. */
export function KeyButton ({ keys, onPress, children, disabled = false, loading = false, ...rest }: KeyButtonProps): ReactNode {
  const at = useRef<HTMLButtonElement>(null)
  const working = useRef(false)
  const [busy, setBusy] = useState(false)
  const press = (): void => {
    const acting = working.current ? undefined : onPress()
    if (!(acting instanceof Promise)) return
    working.current = true
    setBusy(true)
    void acting.finally(() => {
      working.current = false
      setBusy(false)
    })
  }
  useShortcut(keys, press, at, !disabled)
  return (
    <Button
      {...rest}
      ref={at}
      disabled={disabled}
      loading={loading || busy}
      aria-busy={loading || busy}
      onClick={press}
      aria-keyshortcuts={keys?.replace('Ctrl', 'Control')}
    >
      {children}
      {keys !== undefined && <kbd>{keys}</kbd>}
    </Button>
  )
}

/** A key without a button; it belongs to the part around it, a dialogue for example. */
export function Key ({ keys, onPress, disabled = false }: { keys: string, onPress: () => void, disabled?: boolean }): ReactNode {
  const at = useRef<HTMLSpanElement>(null)
  useShortcut(keys, onPress, at, !disabled)
  return <span ref={at} hidden />
}
