// Renews [data-fresh] every so many seconds: only while the page is seen, online, and nobody types
// in it. An error doubles the pause. A changed count is read out politely.
(function () {
  var part = document.querySelector("[data-fresh]");
  if (!part || !window.htmx) {
    return;
  }
  var live = document.querySelector("[data-live]");
  var every = Number(part.dataset.fresh) * 1000;
  var longest = 5 * 60 * 1000;
  var pause = every;
  var asked = Date.now();
  var timer = 0;
  var focused = "";
  var alone = false; // nobody pressed anything: this request keeps no session open

  function counts() {
    var says = part.querySelector("[data-says]");
    return says ? says.dataset.says : "";
  }
  var said = counts();

  function typing() {
    var at = document.activeElement;
    return part.contains(at) && at.matches("input:not([type=radio]), textarea, select");
  }

  function ask() {
    asked = Date.now();
    window.htmx.trigger(part, "fresh");
  }

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(function () {
      if (!document.hidden && navigator.onLine !== false && !typing()) {
        alone = true;
        ask();
      }
      wait();
    }, pause);
  }

  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible" && Date.now() - asked >= every) {
      ask();
      wait();
    }
  });

  // The link in the page and a pull from its top ask at once.
  document.addEventListener("wangguan:refresh", ask);
  part.addEventListener("click", function (event) {
    if (event.target.closest("[data-refresh]") && navigator.onLine !== false) {
      event.preventDefault();
      ask();
    }
  });

  part.addEventListener("htmx:configRequest", function (event) {
    if (alone) {
      event.detail.headers["X-Asked-By-Page"] = "1";
    }
    alone = false;
  });

  part.addEventListener("htmx:beforeSwap", function (event) {
    var came = event.detail.xhr;
    if (came.status === 200 && came.responseURL.indexOf("/worker/") < 0) {
      event.detail.shouldSwap = false; // the session is over: the whole page says so
      location.reload();
    } else if (typing()) {
      event.detail.shouldSwap = false;
    }
    var at = document.activeElement;
    focused = part.contains(at) ? at.getAttribute("href") : "";
  });

  part.addEventListener("htmx:afterSwap", function () {
    var links = part.querySelectorAll("a[href]");
    for (var i = 0; focused && i < links.length; i += 1) {
      if (links[i].getAttribute("href") === focused) {
        links[i].focus({ preventScroll: true });
        break;
      }
    }
    var now = counts();
    if (live && now !== said) {
      live.textContent = now;
    }
    said = now;
  });

  part.addEventListener("htmx:afterRequest", function (event) {
    pause = event.detail.successful ? every : Math.min(pause * 2, longest);
    document.dispatchEvent(new CustomEvent("wangguan:refreshed"));
    wait();
  });

  wait();
})();
