import { useEffect, useRef, type RefObject } from 'react'

const fields = 'input, textarea, select, [contenteditable=true]'

/**
 * antd focuses the first button of a new dialogue, the closing cross, so that the next Enter closes it. Here the first field gets the focus
 * instead, or the dialogue itself. Tab still reaches the cross.
 */
export function focusFirstField (): void {
  addEventListener('focusin', ({ target, relatedTarget }) => {
    if (!(target instanceof HTMLElement) || !target.matches('.ant-modal-close')) return
    const dialogue = target.closest<HTMLElement>('[role=dialog]')
    if (!dialogue || (relatedTarget instanceof Node && dialogue.contains(relatedTarget))) return
    const inside = [...dialogue.querySelectorAll<HTMLInputElement>(`.ant-modal-body :is(${fields})`)]
    const field = inside.find(f => !f.disabled && f.type !== 'file' && f.offsetParent !== null)
    ;(field ?? dialogue).focus({ preventScroll: true })
  })
}

/** What can have the focus: an element, or a field of antd. */
interface Focusable { focus: () => void }

/**
 * Focuses a field of a dialogue instead of its closing cross, and afterwards what had the focus before. For a dialogue that exists only
 * while it is open: hand `opened` to its `afterOpenChange`.
 */
export function useDialogueFocus<T extends Focusable> (): { field: RefObject<T | null>, opened: (open: boolean) => void } {
  const field = useRef<T>(null)
  useEffect(() => {
    const before = document.activeElement
    return () => {
      // After the dialogue has given up the focus.
      setTimeout(() => {
        if (before instanceof HTMLElement && before.isConnected &&
        (document.activeElement === document.body || document.activeElement === null)) before.focus()
      }, 0)
    }
  }, [])
  return { field, opened: open => { if (open) field.current?.focus() } }
}
