// Keyboard help on top of pages that work without it. Tables marked data-arrows take the arrow keys among their links;
// Ctrl+K goes to the box that finds a subject; Ctrl+Left and Ctrl+Right follow the links marked data-step; Ctrl+Enter
// in a box marked data-send sends its form; Escape empties a drawer and gives the focus back to the link that filled it.
(function () {
  "use strict";
  var opener = null;
  var steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  // The next cell in a direction that holds a link, skipping the empty ones.
  function neighbour(cell, rowStep, columnStep) {
    var rows = Array.prototype.slice.call(cell.closest("table").rows);
    var row = rows.indexOf(cell.parentElement);
    var column = cell.cellIndex;
    for (row += rowStep, column += columnStep; rows[row]; row += rowStep, column += columnStep) {
      var there = rows[row].cells[column];
      if (!there && columnStep) return null;
      var link = there && there.querySelector("a[href]");
      if (link) return link;
    }
    return null;
  }

  function onArrow(event) {
    var step = steps[event.key];
    var cell = event.target.closest("[data-arrows] td, [data-arrows] th");
    if (!step || !cell || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    var link = neighbour(cell, step[0], step[1]);
    if (link) { link.focus(); event.preventDefault(); }
  }

  // Ctrl+Left and Ctrl+Right go to the page before and after, where nobody is typing.
  function onStep(event) {
    var by = { ArrowLeft: "-1", ArrowRight: "1" }[event.key];
    if (!by || !event.ctrlKey || event.altKey || event.shiftKey || event.target.closest("input, textarea, select")) return;
    var link = document.querySelector("a[data-step='" + by + "']");
    if (link) { event.preventDefault(); link.click(); }
  }

  // Ctrl+K goes to the box in which a subject is found.
  function onFind(event) {
    var box = document.querySelector("[data-find]");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  }

  function onSend(event) {
    var box = (event.ctrlKey || event.metaKey) && event.target.closest("[data-send]");
    if (box && box.form) { event.preventDefault(); box.form.requestSubmit(); }
  }

  // Shift+Space (or Shift and a click) in a table marked data-range does to every box since the last one what it does
  // to this one.
  var lastBox = null;
  function onRange(event) {
    var box = event.target.closest("[data-range] input[type=checkbox]");
    if (!box) return;
    var table = box.closest("[data-range]");
    if (event.shiftKey && lastBox && table.contains(lastBox)) {
      var boxes = Array.prototype.slice.call(table.querySelectorAll("input[type=checkbox]"));
      var ends = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort(function (a, b) { return a - b; });
      boxes.slice(ends[0], ends[1] + 1).forEach(function (each) { each.checked = box.checked; });
    }
    lastBox = box;
  }
  document.addEventListener("click", onRange);

  // Where the focus is: what a key was pressed in. Not every browser gives it to a link that is clicked.
  function inUse() {
    var here = document.activeElement;
    return here && here !== document.body && !here.closest("[data-drawer]") ? here : null;
  }

  function closeDrawer() {
    var drawer = document.querySelector("[data-drawer]");
    if (!drawer || !opener) return;
    drawer.replaceChildren();
    opener.focus();
    opener = null;
  }

  // A second press of a button does nothing while the first is on its way.
  var SLOW = 3000; // milliseconds
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.hasAttribute("data-on-its-way")) { event.preventDefault(); return; }
    form.setAttribute("data-on-its-way", "");
    setTimeout(function () { form.removeAttribute("data-on-its-way"); }, SLOW);
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") closeDrawer();
    else if ((event.key === "k" || event.key === "K") && (event.ctrlKey || event.metaKey)) onFind(event);
    else if (event.key === "Enter") onSend(event);
    else { onStep(event); onArrow(event); }
  });
  // A page for paper prints by its button, which is of no use without scripts.
  var print = document.querySelector("[data-print]");
  if (print) { print.hidden = false; print.addEventListener("click", function () { window.print(); }); }
  document.addEventListener("htmx:beforeRequest", function (event) {
    var target = event.detail.target;
    if (target && target.matches("[data-drawer]")) opener = inUse() || event.detail.elt;
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    var target = event.detail.target;
    var heading = target && target.matches("[data-drawer]") && target.querySelector("[tabindex]");
    if (heading) heading.focus();
  });
  document.addEventListener("click", function (event) {
    var close = opener && event.target.closest("[data-close]");
    if (close) { event.preventDefault(); closeDrawer(); }
  });
})();
