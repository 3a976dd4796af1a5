# SPDX-License-Identifier: Apache-2.0
"""Every screen of the portal, and every dialog that it opens: what test_screens.py looks at in all lights."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Screen:
    """`path` may name what the scene has, as {user}; `sees` says when it is there; `steps` open a dialog: names of what is clicked."""
    name: str
    path: str
    sees: str
    who: str = "admin"
    steps: tuple = ()

    def open(self, browser, scene):
        browser.open(self.path.format(**scene)).see(self.sees)
        for step in self.steps:
            browser.click(step)
        return browser.calm()


SCREENS = [
    Screen("login", "/login", "Log in", who=None),
    Screen("forgotten", "/forgotten", "Forgot your password?", who=None),
    Screen("reset", "/password-resets/{wrong_token}", "New password", who=None),
    Screen("accept", "/invitations/{invitation_token}", "Join Acme", who=None),
    Screen("accept-gone", "/invitations/{wrong_token}", "cannot be opened", who=None),
    Screen("overview", "/orgs/acme/overview", "Most used Web APIs"),
    Screen("overview-viewer", "/orgs/acme/overview?step=day", "Most used Web APIs", who="viewer"),
    Screen("users", "/orgs/acme/users", "Vic Viewer"),
    Screen("users-chosen", "/orgs/acme/users?sort=name", "Vic Viewer", steps=("Select Ed Editor", "Select Vic Viewer")),
    Screen("users-none", "/orgs/acme/users?q=nobody-at-all", "Nothing matches"),
    Screen("users-change-role", "/orgs/acme/users?q=viewer", "Vic Viewer", steps=("Select all on this page", "Change role")),
    Screen("user", "/orgs/acme/users/{user}", "Done by this user"),
    Screen("user-denied", "/orgs/acme/users/{denied}", "Denied since"),
    Screen("users-long", "/orgs/lab/users", "Hubert"),
    Screen("keys-long", "/orgs/lab/keys", "a-name-of-a-key"),
    Screen("user-long", "/orgs/lab/users/{long}", "Done by this user"),
    Screen("user-actions", "/orgs/acme/users/{user}", "Done by this user", steps=("Actions",)),
    Screen("user-ban", "/orgs/acme/users/{user}", "Done by this user", steps=("Actions", "Ban")),
    Screen("user-password", "/orgs/acme/users/{user}", "Done by this user", steps=("Actions", "Set a new password")),
    Screen("user-key", "/orgs/acme/users/{user}", "Done by this user", steps=("Issue a key",)),
    Screen("user-refused", "/orgs/acme/users/{user}", "You may not see this", who="viewer"),
    Screen("add-invite", "/orgs/acme/users/add", "People get a mail"),
    Screen("add-existing", "/orgs/acme/users/add?how=add", "join Acme at once"),
    Screen("add-person", "/orgs/acme/users/add?how=person", "Prefer an invitation"),
    Screen("add-system", "/orgs/acme/users/add?how=system", "A robot"),
    Screen("add-outside", "/orgs/acme/users/add?how=outside", "another organization"),
    Screen("import", "/orgs/acme/import", "Drop a file here"),
    Screen("invitations", "/orgs/acme/invitations", "guest@else.example"),
    # The organization, Web APIs, keys
    Screen("org", "/orgs/acme/about", "Sub-organizations"),
    Screen("org-edit", "/orgs/acme/about", "Sub-organizations", steps=("Edit",)),
    Screen("org-create", "/orgs/acme/about", "Sub-organizations", steps=("Create an organization",)),
    Screen("org-viewer", "/orgs/acme/about", "Sub-organizations", who="viewer"),
    Screen("org-empty", "/orgs/globex/about", "No Web APIs yet", who="super"),
    Screen("register", "/orgs/acme/apis/new", "Generate its key"),
    Screen("api", "/orgs/acme/apis/{api}", "Vic Viewer"),
    Screen("api-attach", "/orgs/acme/apis/{api}", "Vic Viewer", steps=("Attach",)),
    Screen("attach", "/orgs/acme/apis/import", "Drop a file here"),
    Screen("keys", "/orgs/acme/keys", "laptop"),
    Screen("keys-issue", "/orgs/acme/keys", "laptop", steps=("Issue a key",)),
    # Roles, audit, messages
    Screen("roles", "/orgs/acme/roles", "Auditor"),
    Screen("role-new", "/orgs/acme/roles/new", "Create the role"),
    Screen("role", "/orgs/acme/roles/{role}", "Save"),
    Screen("audit", "/orgs/acme/audit", "logged in"),
    Screen("audit-event", "/orgs/acme/audit?action=role.create", "created the role", steps=("Details",)),
    Screen("messages", "/orgs/acme/messages", "No calls recorded"),
    # Oneself, the site
    Screen("me", "/me", "Own keys"),
    Screen("me-robot", "/me", "Own keys", who="robot"),
    Screen("my-messages", "/me/messages", "No calls recorded", who="robot"),
    Screen("site", "/site", "Globex", who="super"),
    Screen("settings", "/site/settings", "Mail relay", who="super"),
    Screen("settings-change", "/site/settings", "Mail relay", who="super", steps=("Change: Mail relay",)),
    Screen("mails", "/site/mails", "guest@else.example", who="super"),
]
