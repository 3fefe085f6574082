/** `1 person`, `12,000 people` */
export function people(count: number): string {
  return counted(count, 'person', 'people');
}

/** `1 link`, `12,000 links` */
export function links(count: number): string {
  return counted(count, 'link', 'links');
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
