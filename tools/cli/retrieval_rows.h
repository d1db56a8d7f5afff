#pragma once

#include <string>

#include "nearfar/data/qrels.h"
#include "nearfar/evaluation/fingerprint.h"
#include "nearfar/evaluation/ranking.h"

namespace nearfar::cli {

/// Adds every judged query and every judgement.
void add_judgements(Fingerprint& fingerprint, const Qrels& qrels, const NameTable& items);

/// Refuses (data) grades whose gain is beyond any number.
void check_gains(const Qrels& qrels, const Grading& grading, const std::string& file);

}  // namespace nearfar::cli
