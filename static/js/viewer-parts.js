"use strict";
/* What the viewer of evidence works out without a page: which page is meant, the next zoom, where a cited passage or table stands. */
(function () {
  const ZOOMS = [0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4];
  const KEYS = { ArrowLeft: "before", ArrowRight: "after", "+": "larger", "=": "larger", "-": "smaller", r: "turn", t: "thumbs", "/": "find" };
  const NEEDED = {
    structuredClone: (scope) => typeof scope.structuredClone === "function",
    at: (scope) => typeof scope.Array.prototype.at === "function",
    IntersectionObserver: (scope) => typeof scope.IntersectionObserver === "function",
    ResizeObserver: (scope) => typeof scope.ResizeObserver === "function",
    FontFace: (scope) => typeof scope.FontFace === "function",
    Worker: (scope) => typeof scope.Worker === "function",
  };

  /* Names of what a browser lacks for the viewer; empty where it can show papers. */
  const lacks = (scope) => Object.keys(NEEDED).filter((name) => !NEEDED[name](scope));

  /* Page that is meant by what was typed; null where no such page is. Full-width digits count. */
  function pageOf(typed, count) {
    const digits = String(typed).normalize("NFKC").trim();
    if (!/^\d{1,6}$/.test(digits)) return null;
    const page = Number(digits);
    return page >= 1 && page <= count ? page : null;
  }

  /* Page to open at: the cited one, the last where the paper is shorter, the first without one. */
  const opening = (page, count) => Math.min(Math.max(1, Math.trunc(Number(page)) || 1), Math.max(1, count));

  /* Pages that are cited: from the first to the last that the paper has. */
  function citedPages(page, last, count) {
    const first = opening(page, count);
    return { first, last: Math.max(first, Math.min(Math.trunc(Number(last)) || first, count)) };
  }

  /* The cited page before (-1) or after (1) the one in sight, null where there is none; from outside the nearest cited one that way. */
  function citedStep(current, step, { first, last }) {
    if (step > 0) return current < last ? Math.max(first, current + 1) : null;
    return current > first ? Math.min(last, current - 1) : null;
  }

  /* The next larger (1) or smaller (-1) of the usual zooms. */
  function zoomed(scale, step) {
    const near = 0.005;
    const found = step > 0 ? ZOOMS.filter((zoom) => zoom > scale + near)[0] : ZOOMS.filter((zoom) => zoom < scale - near).pop();
    return found || (step > 0 ? ZOOMS[ZOOMS.length - 1] : ZOOMS[0]);
  }

  const turned = (rotation, step) => (((rotation + step * 90) % 360) + 360) % 360;

  /* Size of a picture at a scale, and how far one that lies on its side has to move for its edges to stand where they are seen. */
  function placed(width, height, scale, lying) {
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
    return { ...size, shift: lying ? (size.height - size.width) / 2 : 0 };
  }

  /* What a key does in the viewer, "" for nothing; in a field only what belongs to searching. */
  function keyed(event, { searching, finding }) {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "Escape") return finding ? "find-close" : "";
    if (searching && key === "Enter") return event.shiftKey ? "find-before" : "find-after";
    if (event.ctrlKey || event.metaKey) return key === "f" ? "find" : "";
    return event.altKey || event.target.matches("input, select") ? "" : KEYS[key] || "";
  }

  /* Text without blanks and without differences of width, with the piece that each sign comes from. */
  function plain(pieces) {
    const places = [];
    let text = "";
    pieces.forEach((piece, place) => {
      for (const sign of piece.normalize("NFKC").toLowerCase()) {
        if (/[\s\u200b]/.test(sign)) continue;
        text += sign;
        for (let unit = 0; unit < sign.length; unit += 1) places.push(place);
      }
    });
    return { text, places };
  }

  /* Pieces of a page's text that hold the passage the first time, [] where it does not stand there; with `begins` where a piece begins with it. */
  function holding(pieces, passage, begins = false) {
    const page = plain(pieces);
    const wanted = plain([passage]).text;
    const fits = (from) => !begins || from === 0 || page.places[from] !== page.places[from - 1];
    let from = wanted ? page.text.indexOf(wanted) : -1;
    while (from >= 0 && !fits(from)) from = page.text.indexOf(wanted, from + 1);
    return from < 0 ? [] : [...new Set(page.places.slice(from, from + wanted.length))];
  }

  const captioned = (text) => /^[表图]\s*[\d一二三四五六七八九十A-Za-z]/.test(text.normalize("NFKC").trim());

  /* Lines of a page from a piece downward: pieces whose middles stand at one height. */
  function linesBelow(pieces, first) {
    const lines = [];
    const below = pieces.map((piece, place) => ({ ...piece, place })).filter((piece) => piece.text.trim() && piece.top >= pieces[first].bottom - 1);
    for (const piece of below.sort((one, other) => one.top - other.top || one.left - other.left)) {
      const line = lines[lines.length - 1];
      if (line && (piece.top + piece.bottom) / 2 < line.bottom) {
        line.pieces.push(piece);
        line.bottom = Math.max(line.bottom, piece.bottom);
      } else lines.push({ top: piece.top, bottom: piece.bottom, pieces: [piece] });
    }
    return lines;
  }

  /* Whether a line stands in columns: a gap of half a sign's width between two pieces. */
  function inColumns({ pieces }) {
    const ordered = [...pieces].sort((one, other) => one.left - other.left);
    return ordered.some((piece, place) => place && piece.left - ordered[place - 1].right > (piece.bottom - piece.top) * 0.5);
  }

  /* Pieces of the line of a caption (its first piece) and of the table under it: lines in columns, until text, another caption or a wide gap follows. */
  function tableUnder(pieces, first) {
    const high = pieces[first].bottom - pieces[first].top;
    const middle = (pieces[first].top + pieces[first].bottom) / 2;
    let found = [...pieces.keys()].filter((place) => pieces[place].top < middle && pieces[place].bottom > middle && pieces[place].left >= pieces[first].left);
    let between = [];
    let bottom = pieces[first].bottom;
    for (const line of linesBelow(pieces, first)) {
      if (line.top - bottom > high * 3 || line.pieces.some((piece) => captioned(piece.text))) break;
      bottom = line.bottom;
      between.push(...line.pieces.map((piece) => piece.place));
      if (inColumns(line)) [found, between] = [[...found, ...between], []];
      else if (between.length > 2) break; /* a cell goes over two lines, a paragraph over more */
    }
    return found;
  }

  /* Pieces to mark for what was cited: the passage, and with a number of a table the table under it. */
  function cited(pieces, passage) {
    const texts = pieces.map((piece) => piece.text);
    const caption = captioned(passage) ? holding(texts, passage, true) : [];
    const held = caption.length ? caption : holding(texts, passage);
    return caption.length ? [...new Set([...held, ...tableUnder(pieces, held[0])])] : held;
  }

  globalThis.gdViewer = { lacks, pageOf, opening, citedPages, citedStep, zoomed, turned, keyed, placed, holding, cited };
})();
