"use strict";
/* The viewer of evidence: opens a PDF at the cited page, with search, thumbnails, zoom and rotation. Without it the page offers the file itself. */
(function () {
  const { lacks, pageOf, opening, citedPages, citedStep, zoomed, turned, cited, keyed, placed } = globalThis.gdViewer;
  const CHUNK = 512 * 1024; /* asked of the portal at once */
  const THUMB = 96; /* px */
  const NOT_FOUND = 1;
  let library = null;

  /* The library is loaded by the first paper of a page. */
  function load(data) {
    library = library || (async () => {
      const pdf = await import(data.library);
      const parts = await import(data.parts);
      pdf.GlobalWorkerOptions.workerSrc = data.worker;
      return { pdf, parts };
    })();
    return library;
  }

  /* Words for what the library marks with a key of its own; it knows no Chinese here. */
  const words = {
    getLanguage: () => "zh-cn", getDirection: () => "ltr", get: async () => "", pause() {}, resume() {}, translateOnce: async () => {}, destroy: async () => {},
    async translate(node) {
      if (node.dataset.pageNumber) node.setAttribute("aria-label", `第${node.dataset.pageNumber}页`);
    },
  };

  class Viewer {
    constructor(root) {
      this.root = root;
      this.data = root.dataset;
      this.closing = new AbortController();
      /** @type {Promise<void> | null} */
      this.opening = null;
      this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    }

    /* Another clause or file was put in its place: until it is closed it measures and scrolls nothing. */
    get left() {
      return !this.root.isConnected;
    }

    async open() {
      const { pdf, parts } = await load(this.data);
      if (this.left) return;
      const bus = new parts.EventBus();
      const links = new parts.PDFLinkService({ eventBus: bus, externalLinkTarget: 2, externalLinkRel: "noopener noreferrer nofollow" });
      const find = new parts.PDFFindController({ eventBus: bus, linkService: links });
      this.bus = bus;
      this.part("stage").hidden = false;
      this.pages = new parts.PDFViewer({
        container: this.part("scroll"), viewer: this.part("pages"), eventBus: bus, linkService: links, findController: find, l10n: words,
        annotationMode: pdf.AnnotationMode.ENABLE, annotationEditorMode: pdf.AnnotationEditorType.DISABLE, removePageBorders: true,
      });
      links.setViewer(this.pages);
      this.task = pdf.getDocument({
        url: this.data.paper, cMapUrl: this.data.cmaps, cMapPacked: true, standardFontDataUrl: this.data.fonts,
        isEvalSupported: false, enableXfa: false, verbosity: pdf.VerbosityLevel.ERRORS, rangeChunkSize: CHUNK, disableAutoFetch: true,
      });
      this.listen();
      const paper = await this.task.promise;
      if (this.left) return;
      this.paper = paper;
      const first = new Promise((done) => { bus.on("pagesinit", done, { once: true }); });
      this.pages.setDocument(paper);
      links.setDocument(paper);
      await first;
      if (!this.left) this.started();
    }

    started() {
      const page = opening(this.data.page, this.paper.numPages);
      this.pages.currentScaleValue = "page-width";
      this.pages.scrollPageIntoView({ pageNumber: page });
      this.part("count").textContent = this.paper.numPages;
      this.at(page);
      this.part("tools").hidden = false;
      this.part("instead").hidden = true;
      this.root.dataset.state = "open";
    }

    /* What stands in the page without a script says how to get the file. */
    failed() {
      this.part("stage").hidden = true;
      this.part("tools").hidden = true;
      this.part("instead").hidden = false;
      this.part("why").hidden = false;
      this.root.dataset.state = "failed";
    }

    listen() {
      const { signal } = this.closing;
      const doing = {
        before: () => this.go(this.pages.currentPageNumber - 1), after: () => this.go(this.pages.currentPageNumber + 1),
        smaller: () => this.zoom(-1), larger: () => this.zoom(1), turn: () => { this.pages.pagesRotation = turned(this.pages.pagesRotation, 1); },
        "cited-before": () => this.goCited(-1), "cited-after": () => this.goCited(1), thumbs: () => this.showThumbs(), find: () => this.openFind(), "find-before": () => this.search(true), "find-after": () => this.search(false),
        "find-close": () => this.closeFind(),
      };
      this.doing = doing;
      this.root.addEventListener("click", (event) => {
        const button = event.target.closest("[data-do]");
        if (button && doing[button.dataset.do]) doing[button.dataset.do]();
        const thumb = event.target.closest("[data-thumb]");
        if (thumb) this.go(Number(thumb.dataset.thumb));
      }, { signal });
      this.part("page").addEventListener("change", (event) => this.go(pageOf(event.target.value, this.paper.numPages)), { signal });
      this.part("zoom").addEventListener("change", (event) => { this.pages.currentScaleValue = event.target.value; }, { signal });
      this.part("words").addEventListener("input", () => this.search(), { signal });
      this.root.addEventListener("keydown", (event) => this.onKey(event), { signal });
      this.touch(signal);
      const width = new ResizeObserver(() => this.fit());
      width.observe(this.part("scroll"));
      signal.addEventListener("abort", () => width.disconnect());
      this.bus.on("pagechanging", ({ pageNumber }) => this.at(pageNumber));
      this.bus.on("scalechanging", ({ scale, presetValue }) => this.scaled(scale, presetValue));
      this.bus.on("updatefindmatchescount", ({ matchesCount }) => this.counted(matchesCount));
      this.bus.on("updatefindcontrolstate", ({ state, matchesCount }) => this.counted(matchesCount, state));
      this.bus.on("textlayerrendered", ({ pageNumber, source }) => this.mark(pageNumber, source));
    }

    go(page) {
      if (page && page >= 1 && page <= this.paper.numPages) this.pages.scrollPageIntoView({ pageNumber: page });
      else this.part("page").value = this.pages.currentPageNumber;
    }

    get range() {
      return citedPages(this.data.page, this.data.pageEnd, this.paper.numPages);
    }

    goCited(step) {
      const page = citedStep(this.pages.currentPageNumber, step, this.range);
      if (page) this.go(page);
    }

    at(page) {
      this.part("page").value = page;
      for (const [name, step] of [["cited-before", -1], ["cited-after", 1]]) {
        const button = this.part(name);
        if (button) button.disabled = citedStep(page, step, this.range) === null;
      }
      this.part("before").disabled = page <= 1;
      this.part("after").disabled = page >= this.paper.numPages;
      for (const thumb of this.part("thumbs").querySelectorAll("[data-thumb]")) {
        const current = Number(thumb.dataset.thumb) === page;
        if (current) thumb.setAttribute("aria-current", "page");
        else thumb.removeAttribute("aria-current");
        if (current && !this.part("thumbs").hidden) thumb.scrollIntoView({ block: "nearest" });
      }
    }

    /* A page that fills the width goes on doing so when the window changes. */
    fit() {
      const zoom = this.pages.currentScaleValue;
      if (this.paper && !this.left && /^page-/.test(zoom)) this.pages.currentScaleValue = zoom;
    }

    zoom(step) {
      this.pages.currentScale = zoomed(this.pages.currentScale, step);
    }

    scaled(scale, preset) {
      const choice = this.part("zoom");
      const own = choice.querySelector("[data-own]");
      own.textContent = `${Math.round(scale * 100)}%`;
      own.hidden = Boolean(preset);
      choice.value = preset && [...choice.options].some((option) => option.value === preset) ? preset : own.value;
    }

    /* Two fingers zoom; one finger scrolls as everywhere. */
    touch(signal) {
      const scroll = this.part("scroll");
      let apart = 0;
      const distance = ([one, other]) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      scroll.addEventListener("touchstart", (event) => { apart = event.touches.length === 2 ? distance(event.touches) : 0; }, { signal, passive: true });
      scroll.addEventListener("touchmove", (event) => {
        if (!apart || event.touches.length !== 2) return;
        event.preventDefault();
        const now = distance(event.touches);
        const origin = [0, 1].map((axis) => [...event.touches].reduce((sum, one) => sum + (axis ? one.clientY : one.clientX), 0) / 2);
        if (Math.abs(now - apart) < 4) return;
        this.pages.updateScale({ scaleFactor: now / apart, drawingDelay: 400, origin });
        apart = now;
      }, { signal, passive: false });
      scroll.addEventListener("touchend", () => { apart = 0; }, { signal, passive: true });
    }

    onKey(event) {
      if (event.isComposing || this.data.state !== "open") return;
      const act = this.doing[keyed(event, { searching: event.target === this.part("words"), finding: !this.part("findbar").hidden })];
      if (!act) return;
      event.preventDefault();
      event.stopPropagation(); /* a key that the viewer takes is not also one of the page around it */
      act();
    }

    openFind() {
      this.part("findbar").hidden = false;
      this.part("words").focus();
      this.part("words").select();
    }

    closeFind() {
      this.part("findbar").hidden = true;
      this.bus.dispatch("findbarclose", { source: this });
      this.part("scroll").focus();
    }

    search(backwards) {
      const query = this.part("words").value;
      if (!query.trim()) this.part("found").textContent = "";
      const type = backwards === undefined ? "" : "again";
      this.bus.dispatch("find", {
        source: this, type, query, phraseSearch: true, caseSensitive: false, entireWord: false, highlightAll: true, matchDiacritics: false, findPrevious: backwards === true,
      });
    }

    counted({ current = 0, total = 0 } = {}, state = null) {
      if (!this.part("words").value.trim()) return;
      if (total) this.part("found").textContent = `第${current || 1}处，共${total}处`;
      else if (state === NOT_FOUND) this.part("found").textContent = "没有找到";
    }

    showThumbs() {
      const thumbs = this.part("thumbs");
      thumbs.hidden = !thumbs.hidden;
      this.root.querySelector('[data-do="thumbs"]').setAttribute("aria-pressed", String(!thumbs.hidden));
      if (!thumbs.firstElementChild) this.makeThumbs(thumbs);
      this.at(this.pages.currentPageNumber);
    }

    makeThumbs(thumbs) {
      const seen = new IntersectionObserver((entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          seen.unobserve(target);
          this.draw(target).catch(() => {});
        }
      }, { root: thumbs, rootMargin: "200px" });
      this.closing.signal.addEventListener("abort", () => seen.disconnect());
      for (let page = 1; page <= this.paper.numPages; page += 1) {
        const thumb = document.createElement("button");
        thumb.type = "button";
        thumb.dataset.thumb = page;
        thumb.setAttribute("aria-label", `第${page}页`);
        thumb.append(document.createElement("canvas"), String(page));
        thumbs.append(thumb);
        seen.observe(thumb);
      }
    }

    async draw(thumb) {
      const page = await this.paper.getPage(Number(thumb.dataset.thumb));
      const { width } = page.getViewport({ scale: 1 });
      const viewport = page.getViewport({ scale: (THUMB * 2) / width });
      const canvas = thumb.firstElementChild;
      canvas.width = Math.ceil(viewport.width);
      canvas.height = Math.ceil(viewport.height);
      await page.render({ canvasContext: canvas.getContext("2d"), viewport }).promise;
    }

    /* The cited passage is marked on the cited pages, whatever is searched for. */
    mark(number, view) {
      const passage = this.data.passage;
      const { first, last } = this.range;
      if (!passage || number < first || number > last) return;
      const layer = view.div.querySelector(".textLayer");
      const pieces = [...layer.querySelectorAll("span")].filter((span) => !span.firstElementChild && !span.classList.contains("markedContent"));
      const measured = pieces.map((span) => {
        const { left, right, top, bottom } = span.getBoundingClientRect();
        return { text: span.textContent, left, right, top, bottom };
      });
      const marked = cited(measured, passage).map((place) => pieces[place]);
      for (const span of marked) span.classList.add("gd-cited");
      if (marked.length && number === first && !this.shown) this.bring(marked[0]);
    }

    /* What was cited is brought into sight once. */
    bring(span) {
      const scroll = this.part("scroll");
      this.shown = true;
      const [seen, place] = [scroll.getBoundingClientRect(), span.getBoundingClientRect()];
      if (place.top < seen.top || place.bottom > seen.bottom) scroll.scrollTop += place.top - seen.top - seen.height / 3;
    }

    /* What is still being opened is closed after that: a worker that ends in the middle leaves promises that nobody hears. */
    async close() {
      this.closing.abort();
      await this.opening;
      if (!this.pages) return;
      this.pages.setDocument(null);
      if (this.task) await this.task.destroy();
    }
  }

  /* A picture: zoom, rotation, and the width of the page to begin with. */
  class Picture {
    constructor(root) {
      this.root = root;
      this.part = (name) => root.querySelector(`[data-part="${name}"]`);
      this.rotation = 0;
      this.scale = null; /* as wide as the page */
    }

    open() {
      const doing = { smaller: () => this.zoom(-1), larger: () => this.zoom(1), fit: () => this.show(null, this.rotation), turn: () => this.show(this.scale, turned(this.rotation, 1)) };
      this.root.addEventListener("click", (event) => {
        const button = event.target.closest("[data-do]");
        if (button) doing[button.dataset.do]();
      });
      this.root.addEventListener("keydown", (event) => {
        const act = doing[keyed(event, { searching: false, finding: false })];
        if (!act) return;
        event.preventDefault();
        event.stopPropagation();
        act();
      });
      this.part("tools").hidden = false;
      this.root.dataset.state = "open";
    }

    zoom(step) {
      const image = this.part("picture");
      this.show(zoomed(this.scale || image.getBoundingClientRect().width / (this.rotation % 180 ? image.naturalHeight : image.naturalWidth), step), this.rotation);
    }

    show(scale, rotation) {
      const image = this.part("picture");
      [this.scale, this.rotation] = [scale, rotation];
      const lying = rotation % 180 !== 0;
      const { width, height, shift } = placed(image.naturalWidth, image.naturalHeight, scale || this.part("scroll").clientWidth / (lying ? image.naturalHeight : image.naturalWidth), lying);
      image.toggleAttribute("data-scaled", Boolean(scale) || lying);
      image.style.width = scale || lying ? `${width}px` : "";
      image.style.height = scale || lying ? `${height}px` : "";
      image.style.margin = shift ? `${-shift}px auto ${-shift}px ${shift}px` : "";
      image.style.transform = rotation ? `rotate(${rotation}deg)` : "";
      this.part("scale").textContent = scale ? `${Math.round(scale * 100)}%` : "";
    }
  }

  const opened = new Map();

  function start() {
    for (const [root, viewer] of opened) {
      if (root.isConnected) continue;
      viewer.close();
      opened.delete(root);
    }
    for (const root of document.querySelectorAll("[data-picture]:not([data-state])")) new Picture(root).open();
    for (const root of document.querySelectorAll("[data-paper]:not([data-state])")) {
      const viewer = new Viewer(root);
      opened.set(root, viewer);
      root.dataset.state = "opening";
      if (lacks(globalThis).length) viewer.failed();
      else viewer.opening = viewer.open().catch((error) => { if (root.isConnected) { viewer.failed(); console.warn(error); } });
    }
  }

  document.addEventListener("DOMContentLoaded", start);
  document.addEventListener("htmx:load", start);
})();
