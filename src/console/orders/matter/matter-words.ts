import { addWords } from '../../words/words.ts'

addWords('matter', {
  zh: {
    correct: '更正',
    save: '保存',
    saved: '已保存',
    later: '先放一放',
    drop: '放弃更改',
    conflict: '您编辑期间，别人改过这张工单',
    hint: '两个版本都在这里。每一项用谁的，由您定；您写的字一个也没丢。',
    field: '项目',
    mine: '我的',
    theirs: '对方的',
    use: '用哪个',
    both: '两人都改了',
    onlyMine: '只有我改了',
    onlyTheirs: '只有对方改了',
    allMine: '全用我的',
    allTheirs: '全用对方的',
    take: '按所选保存',
    empty: '（空）',
    between: '期间发生',
    liftReason: '已派遣的举报改为其他类型，由班长决定；理由'
  },
  en: {
    correct: 'Correct',
    save: 'Save',
    saved: 'Saved',
    later: 'Leave it for now',
    drop: 'Drop my changes',
    conflict: 'Somebody changed this order while you were editing',
    hint: 'Both versions are here. You decide item by item; nothing you wrote is lost.',
    field: 'Item',
    mine: 'Mine',
    theirs: 'Theirs',
    use: 'Use',
    both: 'both changed',
    onlyMine: 'only I changed',
    onlyTheirs: 'only they changed',
    allMine: 'All mine',
    allTheirs: 'All theirs',
    take: 'Save as chosen',
    empty: '(empty)',
    between: 'Meanwhile',
    liftReason: 'The shift leader makes a dispatched report of a wrong another type; reason'
  }
})
