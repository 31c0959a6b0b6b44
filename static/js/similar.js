// Was it told already? Asks the portal for matters like the one in the form, once what and where
// are filled in, and shows them; "this is it" follows that one instead of telling it again.
(function () {
  "use strict";

  var ENOUGH = 5;
  var ASKED = ["description", "category", "address", "latitude", "longitude", "grid_token"];
  var root = document.querySelector("[data-similar]");
  if (!root) {
    return;
  }
  var form = root.closest("form");
  var stepped = false;
  var lastAsked = "";

  function value(name) {
    var field = form.elements[name];
    return field ? field.value.trim() : "";
  }

  function ready() {
    return value("description").length >= ENOUGH && (value("address") || value("latitude") || value("grid_token"));
  }

  function body(names) {
    var data = new URLSearchParams();
    ["csrfmiddlewaretoken"].concat(names).forEach(function (name) {
      data.append(name, value(name));
    });
    return data;
  }

  function ask() {
    var data = body(ASKED);
    var asked = data.toString();
    if (!ready() || asked === lastAsked) {
      return;
    }
    lastAsked = asked;
    fetch(root.dataset.similar, { method: "POST", body: data, credentials: "same-origin" })
      .then(function (answer) {
        return answer.ok ? answer.text() : "";
      })
      .then(function (html) {
        if (asked === lastAsked) {
          root.replaceChildren.apply(root, new DOMParser().parseFromString(html, "text/html").body.childNodes);
          root.hidden = !html.trim();
          if (!root.hidden) {
            // Then the matter's own page need not ask again.
            document.cookie = "likes_seen=1; path=/; max-age=900; SameSite=Lax";
          }
        }
      })
      .catch(function () {
        // Without an answer the matter is simply told.
        lastAsked = "";
      });
  }

  function follow(number) {
    var sheet = document.createElement("form");
    sheet.method = "post";
    sheet.action = root.dataset.follow;
    sheet.hidden = true;
    var data = body(["contact_phone"]);
    data.append("number", number);
    data.append("kind", "voice");
    data.forEach(function (text, name) {
      var field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = text;
      sheet.appendChild(field);
    });
    document.body.appendChild(sheet);
    document.dispatchEvent(new CustomEvent("wangguan:followed"));
    sheet.submit();
  }

  root.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) {
      return;
    }
    if (button.dataset.same !== undefined) {
      button.setAttribute("aria-busy", "true");
      follow(button.dataset.same);
    } else {
      root.hidden = true;
      root.replaceChildren();
      var next = form.elements.contact_phone;
      if (next) {
        next.focus();
      }
    }
  });

  document.addEventListener("wangguan:step", function (event) {
    stepped = true;
    if (event.detail.step === 3) {
      ask();
    }
  });
  form.addEventListener("change", function () {
    if (!stepped) {
      ask();
    }
  });
})();
