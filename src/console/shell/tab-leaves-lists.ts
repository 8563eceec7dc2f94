/**
 * antd takes Tab in an open list for Enter: the choice under the cursor, often the first, would be taken unasked. Here Tab leaves the
 * field, which closes the list; Enter or a click chooses.
 */
export function tabLeavesLists (): void {
  // Before React hears of it. The browser moves the focus all the same.
  addEventListener('keydown', event => {
    if (event.key === 'Tab' && event.target instanceof Element && event.target.closest('.ant-select') !== null) event.stopPropagation()
  }, { capture: true })
}
