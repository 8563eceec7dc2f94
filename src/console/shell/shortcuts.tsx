import { Button, type ButtonProps } from 'antd'
import { useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react'

/** Who listens, the newest last: what has appeared last - a dialogue, the keys of a call - has its keys for itself (decision 14). */
const listening: Array<{ keys: string, at: RefObject<Element | null> }> = []

/** The dialogue in front of the page; one that is just closing is none. */
const inFront = (): Element | undefined =>
  [...document.querySelectorAll<HTMLElement>('.ant-modal-wrap')].findLast(
    d => d.style.display !== 'none' && d.querySelector('.ant-zoom-leave') === null
  )

/** Below a dialogue the page has no keys: a hand that confirms what it reads must not act on what it does not see. The telephone has. */
function works ({ at: { current: at } }: { at: RefObject<Element | null> }): boolean {
  const dialogue = inFront()
  return dialogue === undefined || (at !== null && (dialogue.contains(at) || at.closest('header.bar') !== null))
}

/**
 * A key that works anywhere on the page, written as it is shown: `F2`, `Alt+A`, `Ctrl+Enter`. Alt, Ctrl and function
 * keys work inside input fields too; nothing here takes a plain letter from somebody who is typing. `at`: where it stands.
 */
export function useShortcut (keys: string | undefined, act: () => void, at: RefObject<Element | null>, enabled = true): void {
  const latest = useRef(act)
  // Before the paint: a key that is shown is one that works.
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
      // It is nobody else's: Ctrl+Enter in a list of choices saves, and chooses nothing.
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

/** A button that shows the key it also listens to. */
export function KeyButton ({
  keys, onPress, children, disabled = false, ...rest
}: Omit<ButtonProps, 'onClick'> & { keys?: string, onPress: () => void }): ReactNode {
  const at = useRef<HTMLButtonElement>(null)
  useShortcut(keys, onPress, at, !disabled)
  return (
    <Button {...rest} ref={at} disabled={disabled} onClick={onPress} aria-keyshortcuts={keys?.replace('Ctrl', 'Control')}>
      {children}
      {keys !== undefined && <kbd>{keys}</kbd>}
    </Button>
  )
}

/** A key without a button of its own; it belongs to what it stands in, a dialogue for example. */
export function Key ({ keys, onPress, disabled = false }: { keys: string, onPress: () => void, disabled?: boolean }): ReactNode {
  const at = useRef<HTMLSpanElement>(null)
  useShortcut(keys, onPress, at, !disabled)
  return <span ref={at} hidden />
}
