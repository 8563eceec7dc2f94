import { useEffect, useRef, type RefObject } from 'react'

const fields = 'input, textarea, select, [contenteditable=true]'

/**
 * The design system gives the keyboard of a new dialogue to its first button, the closing cross: the next Enter closes it.
 * Here it goes to the first field instead, without one to the dialogue itself. Tab still reaches the cross from inside.
 */
export function keepOffTheCross (): void {
  addEventListener('focusin', ({ target, relatedTarget }) => {
    if (!(target instanceof HTMLElement) || !target.matches('.ant-modal-close')) return
    const dialogue = target.closest<HTMLElement>('[role=dialog]')
    if (!dialogue || (relatedTarget instanceof Node && dialogue.contains(relatedTarget))) return
    const inside = [...dialogue.querySelectorAll<HTMLInputElement>(`.ant-modal-body :is(${fields})`)]
    const field = inside.find(f => !f.disabled && f.type !== 'file' && f.offsetParent !== null)
    ;(field ?? dialogue).focus({ preventScroll: true })
  })
}

/** What can be given the keyboard: an element, or a field of the design system. */
interface Focusable { focus: () => void }

/**
 * The keyboard goes to the field one wants to write in, not to the dialogue's closing cross, and back to where it was when
 * the dialogue is gone. For a dialogue that exists only while it is open: hand `opened` to its `afterOpenChange`.
 */
export function useDialogueFocus<T extends Focusable> (): { field: RefObject<T | null>, opened: (open: boolean) => void } {
  const field = useRef<T>(null)
  useEffect(() => {
    const before = document.activeElement
    return () => {
      // After the dialogue has let go of the keyboard.
      setTimeout(() => {
        if (before instanceof HTMLElement && before.isConnected &&
        (document.activeElement === document.body || document.activeElement === null)) before.focus()
      }, 0)
    }
  }, [])
  return { field, opened: open => { if (open) field.current?.focus() } }
}
