export function writePerformancePage(): void {
  console.log('later');
}
