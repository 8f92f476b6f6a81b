foreach(unit check columns feature_editor geometry_blob layer layer_build layer_drawing layer_edit layer_writer layer_writer_crash rtree_pack source_version store store_failing_allocations
        store_query store_tools tileset)
  cassini_unit_test(test_${unit} USES store)
endforeach()
cassini_failing_malloc(test_store_failing_allocations)
cassini_fuzz_target(fuzz_geometry_blob USES store)
