// Pulled down from its very top, a list asks for what is new. Touch only; the words come from the page.
(function () {
  var says = document.querySelector("[data-pull]");
  if (!says || !("ontouchstart" in window)) {
    return;
  }
  var enough = 72;
  var from = null;
  var pulled = 0;
  document.documentElement.style.overscrollBehaviorY = "contain";

  function show(height, words) {
    says.style.height = height + "px";
    says.textContent = words;
  }

  document.addEventListener("touchstart", function (event) {
    from = window.scrollY <= 0 && event.touches.length === 1 ? event.touches[0].clientY : null;
    pulled = 0;
  }, { passive: true });

  document.addEventListener("touchmove", function (event) {
    if (from === null) {
      return;
    }
    pulled = (event.touches[0].clientY - from) / 2;
    if (pulled > 8 && window.scrollY <= 0) {
      show(Math.min(pulled, enough), pulled >= enough ? says.dataset.pull : "↓");
    } else {
      show(0, "");
    }
  }, { passive: true });

  document.addEventListener("touchend", function () {
    if (from !== null && pulled >= enough) {
      show(40, says.dataset.busy);
      document.dispatchEvent(new CustomEvent("wangguan:refresh"));
      setTimeout(show, 8000, 0, "");
    } else {
      show(0, "");
    }
    from = null;
  });

  document.addEventListener("wangguan:refreshed", function () {
    show(0, "");
  });
})();
