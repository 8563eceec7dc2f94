import { addWords } from '../words/words.ts'

addWords('map', {
  zh: {
    map: '地图',
    place: '位置',
    onMap: '在地图上标点',
    pinned: '已标点',
    takePin: '去掉标点',
    useMap: '点击地图标点；用方向键移动、回车在中心标点',
    sketch: '示意图，不作定界依据',
    way: '导航',
    cell: '网格',
    noAreas: '这一天还没有录入街镇边界',
    outside: '不在本区街镇内',
    outsideNear: '不在本区街镇内，紧邻{{near}}',
    border: '{{town}}与{{near}}交界处，请向来电人核实',
    'why.sounds-alike': '同音',
    'why.one-character': '相近',
    noPoint: '无坐标'
  },
  en: {
    map: 'Map',
    place: 'Place',
    onMap: 'Set on the map',
    pinned: 'set on the map',
    takePin: 'Take the pin away',
    useMap: 'Click to set the pin; arrow keys move, Enter sets it in the middle',
    sketch: 'A sketch: it decides no border',
    way: 'Way there',
    cell: 'Cell',
    noAreas: 'No town is drawn on this day',
    outside: 'In no town of the district',
    outsideNear: 'In no town of the district, beside {{near}}',
    border: 'On the border of {{town}} and {{near}}: ask the caller',
    'why.sounds-alike': 'sounds alike',
    'why.one-character': 'similar',
    noPoint: 'no coordinates'
  }
})
