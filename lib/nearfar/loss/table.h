#pragma once

// The rows of the loss table, each in the file of its loss (or of its family).

#include "nearfar/loss/loss.h"

namespace nearfar::loss_rows {

// contrastive.cc
LossInfo contrastive();
LossInfo contrastive_squared();
LossInfo contrastive_hadsell();
LossInfo snr_contrastive();
// one file each
LossInfo triplet();
LossInfo infonce();
LossInfo supcon();
LossInfo multi_similarity();
LossInfo circle();
LossInfo nca();
LossInfo margin_loss();
LossInfo logistic();
LossInfo tuplet_margin();
LossInfo proxy_anchor();
LossInfo fastap();
LossInfo n_pairs();
LossInfo angular();
LossInfo soft_triple();
LossInfo vicreg();
// lifted_structure.cc
LossInfo lifted_structure();
LossInfo generalized_lifted_structure();
// graded.cc
LossInfo cosent();
LossInfo cosine_mse();
// class_softmax.cc
LossInfo normalized_softmax();
LossInfo cosface();
LossInfo arcface();
LossInfo proxy_nca();

}  // namespace nearfar::loss_rows
