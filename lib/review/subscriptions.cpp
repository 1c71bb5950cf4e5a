#include "review/subscriptions.h"

#include <algorithm>

namespace rp {

Subscriptions::Subscriptions(const RuleLevels* levels, Filter filter) : filter_(filter) {
  for (size_t i = 0; i < rule_count(); ++i)
    if (levels == nullptr || levels->runs(i)) add(rule_at(i), i);
}

Subscriptions::Subscriptions(std::span<const Rule* const> rules) {
  for (const Rule* rule : rules) add(*rule, rule_index(rule));
}

void Subscriptions::add(const Rule& rule, size_t number) {
  if (rule.check == nullptr) return;
  const auto position = static_cast<uint16_t>(rules_.size());
  rules_.push_back({&rule, number});
  for (const TokenKind kind : rule.tokens) tokens_.set(static_cast<size_t>(kind));
  for (const NodeKind kind : rule.kinds) {
    if (std::find(kinds_.begin(), kinds_.end(), kind) == kinds_.end()) kinds_.push_back(kind);
    if (rule.names.empty() || !filters() || !has_node_name(kind)) {
      of_kind_[static_cast<size_t>(kind)].push_back(position);
      continue;
    }
    by_name_[static_cast<size_t>(kind)].push_back(position);
    for (const std::string_view name : rule.names) add_name(kind, name, position);
  }
}

void Subscriptions::add_name(NodeKind kind, std::string_view name, uint16_t rule) {
  const bool whole = !name.ends_with('*');
  if (!whole) name.remove_suffix(1);
  uint8_t& table = letters_of_[static_cast<size_t>(kind)];
  if (table == 0) {
    letters_.emplace_back();
    table = static_cast<uint8_t>(letters_.size());
  }
  std::bitset<4096>& letters = letters_[table - 1U];
  if (name.size() >= 2)
    letters.set(key(name[0], name[1]));
  else
    for (int second = 0; second < 64; ++second)
      for (int first = 0; first < 64; ++first)
        if (name.empty() || key(name[0], 0) == key(static_cast<char>(first), 0))
          letters.set(key(static_cast<char>(first), static_cast<char>(second)));
  if (whole)
    names_[name].push_back({kind, rule});
  else
    beginnings_.push_back({name, {kind, rule}});
}

void Subscriptions::named(NodeKind kind, std::string_view name, std::vector<uint16_t>* out) const {
  out->clear();
  const auto add = [&](const Wanted& wanted) {
    if (wanted.kind == kind && std::find(out->begin(), out->end(), wanted.rule) == out->end())
      out->push_back(wanted.rule);
  };
  if (const auto at = names_.find(name); at != names_.end())
    for (const Wanted& wanted : at->second) add(wanted);
  for (const auto& [beginning, wanted] : beginnings_)
    if (name.starts_with(beginning)) add(wanted);
}

}  // namespace rp
