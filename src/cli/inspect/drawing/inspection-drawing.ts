export function drawInspection(a: string, b: unknown): string { return ''; }
