/* For the check of types: names that the portal's scripts share. */
declare const htmx: {
  swap(target: Element, html: string, options: { swapStyle: string }): void;
  ajax(method: string, url: string, options: { target: string; swap: string }): Promise<void>;
};
declare const bootstrap: any;
declare var gdOffline: { store: typeof offlineStore; queue: typeof offlineQueue; randomName: typeof randomName; ABANDONED_MS: number };
interface Window {
  gdQueue: { pump(): Promise<void>; fresh(item: string): Promise<void>; waits(item: string): boolean };
}

/* Events and queries give some element; which one, their selector says, and the check cannot read it. These names stand for what elements
   of forms, links and dialogs have beside it; any other name is a slip. */
interface Element {
  action: any; checked: any; click: any; close: any; dataset: any; disabled: any; elements: any; files: any; focus: any; hidden: any; href: any;
  isContentEditable: any; name: any; open: any; rows: any; select: any; selectionEnd: any; selectionStart: any; setSelectionRange: any;
  showModal: any; type: any; value: any;
}
interface EventTarget {
  action: any; closest: any; files: any; form: any; matches: any; type: any; value: any;
}
interface Event {
  clipboardData: DataTransfer;
  detail: any;
}
