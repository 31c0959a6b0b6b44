/* On a narrow screen the list of pages is folded away until it is asked for. */
(function () {
  "use strict";
  var menu = document.querySelector(".shell-menu");
  if (menu && window.matchMedia("(max-width: 62em)").matches) {
    menu.open = false;
  }
})();
